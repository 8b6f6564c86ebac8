import { describe, expect, test } from 'bun:test'
import { readXml } from '../../src/engine/xml/read-xml.ts'
import { XmlError } from '../../src/engine/xml/xml-error.ts'
import { suiteLines, testWithSuites } from './suites.ts'

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
      if (error) expect(() => readXml(xml, 'last')).toThrow(XmlError)
      else expect<unknown>(readXml(xml, 'last')).toEqual(result)
    })
  }
})

function readCase(value: unknown): Case {
  return value as Case
}
