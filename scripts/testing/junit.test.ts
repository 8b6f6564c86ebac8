import { expect, test } from 'bun:test'
import { readJunit } from './junit.ts'

const REPORT = `<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="bun test" tests="4">
  <testsuite name="a.test.ts" file="a.test.ts" tests="4">
    <testsuite name="outer &lt;x&gt;" file="a.test.ts" line="2">
      <testcase name="one &quot;q&quot; &amp; &#233;" classname="outer &lt;x&gt; &gt; inner" time="0" file="a.test.ts" line="2" assertions="0" />
      <testcase name="two" classname="outer" time="0" file="a.test.ts" line="2">
        <failure type="AssertionError" message="expected &lt;testcase&gt;">at a.test.ts</failure>
      </testcase>
      <testcase name="three" classname="outer" time="0" file="a.test.ts" line="2">
        <skipped message="TODO" />
      </testcase>
    </testsuite>
    <testcase name="four" classname="" time="0" file="a.test.ts" line="3" />
  </testsuite>
</testsuites>`

test('names are read with their groups, entities decoded', () => {
  expect(readJunit(REPORT).map(({ name }) => name)).toEqual([
    'outer <x> inner one "q" & é',
    'outer two',
    'outer three',
    'four',
  ])
})

test('each outcome is told apart', () => {
  expect(readJunit(REPORT).map(({ outcome }) => outcome)).toEqual(['passed', 'failed', 'skipped', 'passed'])
  expect(readJunit(REPORT).every(({ file }) => file === 'a.test.ts')).toBe(true)
})

test('a report without tests is empty', () => {
  expect(readJunit('<testsuites name="bun test" tests="0"></testsuites>')).toEqual([])
})
