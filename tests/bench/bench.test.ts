import { expect } from 'bun:test'
import { join } from 'node:path'
import { testNeeding } from '../harness/needs.ts'
import { tempFolder } from '../harness/temp-folder.ts'

testNeeding('wrk')('the bench measures a scenario beside the bare server and writes it as JSON', async () => {
  await using folder = await tempFolder()
  const out = join(folder.path, 'bench.json')
  const args = ['--seconds', '1', '--rounds', '1', '--only', 'twelve', '--out', out]
  const bench = Bun.spawn([process.execPath, join(import.meta.dir, 'run.ts'), ...args], {
    stdout: 'pipe',
    stderr: 'inherit',
  })
  const printed = await new Response(bench.stdout).text()
  expect(await bench.exited).toBe(0)
  expect(printed).toMatch(/^ {2}twelve +sync +50 /m)

  const report = await Bun.file(out).json()
  const named = report.rows.map(({ scenario, traces }: Record<string, string>) => `${scenario} ${traces}`)
  expect(named).toEqual(['bare -', 'twelve off', 'twelve sync'])
  for (const { median, ofBare } of report.rows) {
    expect(median.failures).toBe(0)
    for (const figure of [
      median.requestsPerSecond,
      median.p50Ms,
      median.p99Ms,
      median.cpuPercent,
      median.rssMb,
    ]) {
      expect(figure).toBeGreaterThan(0)
    }
    expect(ofBare).toBeGreaterThan(0)
  }
})
