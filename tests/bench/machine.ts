/** The machine that a bench ran on, for its report. @module */

/** When, on what, and beside what, as lines of a list. */
export async function describeMachine(quick = false): Promise<string[]> {
  const cpu = /model name\s*: (.*)/.exec(await Deno.readTextFile("/proc/cpuinfo"))?.[1] ?? Deno.build.arch;
  return [
    `- When: ${new Date().toISOString().slice(0, 10)}${quick ? ", a quick run: not for figures to quote" : ""}.`,
    `- Machine: ${cpu}, ${navigator.hardwareConcurrency} cores, ` +
    `${(Deno.systemMemoryInfo().total / 2 ** 30).toFixed(0)} GiB, Linux ${Deno.osRelease()}.`,
    `- Load of the machine before: ${
      Deno.loadavg()[0]!.toFixed(1)
    }. Above 1 other programs were busy, and the times are not those of what is measured alone.`,
  ];
}
