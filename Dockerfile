# The one file on Deno, as a user without rights, with its messages in a volume. Settings: -e NAME=VALUE, or flags behind the image's name.
FROM denoland/deno:2.9.6 AS build
WORKDIR /src
COPY . .
RUN deno task bundle

FROM denoland/deno:2.9.6
WORKDIR /app
COPY --from=build /src/dist/switchboard.js .
RUN mkdir data && chown deno:deno data
VOLUME /app/data
USER deno
ENV DENO_NO_UPDATE_CHECK=1
EXPOSE 8000
HEALTHCHECK --interval=15s --timeout=5s --start-period=10s \
  CMD ["deno", "eval", "Deno.exit((await fetch(`http://127.0.0.1:${Deno.env.get('PORT') || 8000}/healthz`)).ok ? 0 : 1)"]
# Deno itself is the process that gets SIGTERM. What is in the container's environment is there for it.
ENTRYPOINT ["deno", "run", "--no-prompt", "--unstable-kv", "--allow-net", "--allow-read=data", "--allow-write=data", "--allow-sys=systemMemoryInfo", "--allow-env", "switchboard.js", "--listen"]
