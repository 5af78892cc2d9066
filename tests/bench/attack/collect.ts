/**
 * Loaded into a server before its own program: at SIGUSR2 it collects what nobody needs, and says on standard error what is held.
 *
 * @module
 */

const { gc } = globalThis as unknown as { gc(): void };

Deno.addSignalListener("SIGUSR2", () => {
  gc();
  const { heapUsed, external } = Deno.memoryUsage();
  // deno-lint-ignore no-console -- for the bench to read
  console.error(`held ${heapUsed + external} bytes`);
});
