import { describe, expect, test } from 'bun:test'
import { XmlReader } from '../../src/engine/xml/read-xml.ts'
import { XmlError } from '../../src/engine/xml/xml-error.ts'
import type { Json } from '../../src/std/json.ts'
import { suiteLines, testWithSuites } from './suites.ts'

function read(text: string): Json | undefined {
  const reader = new XmlReader(text, 'last')
  while (reader.step());
  return reader.result
}

interface Case {
  xml: string
  result?: unknown
  error?: boolean
}

const CASES = 48

describe('XML recorded from the reference engine', () => {
  const cases = suiteLines('xml/cases.jsonl', readCase)
  testWithSuites('is all there', () => {
    expect(cases).toHaveLength(CASES)
  })
  for (const { xml, result, error } of cases) {
    test(JSON.stringify(xml), () => {
      if (error) expect(() => read(xml)).toThrow(XmlError)
      else expect<unknown>(read(xml)).toEqual(result)
    })
  }
})

function readCase(value: unknown): Case {
  return value as Case
}
