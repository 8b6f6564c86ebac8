import { describe, expect, test } from 'bun:test'
import { readXml } from '../../src/engine/xml/read-xml.ts'
import { XmlError } from '../../src/engine/xml/xml-error.ts'
import { suiteLines } from './suites.ts'

interface Case {
  xml: string
  result?: unknown
  error?: boolean
}

describe('XML recorded from the reference engine', () => {
  for (const { xml, result, error } of suiteLines('xml/cases.jsonl', readCase)) {
    test(JSON.stringify(xml), () => {
      if (error) expect(() => readXml(xml, 'last')).toThrow(XmlError)
      else expect<unknown>(readXml(xml, 'last')).toEqual(result)
    })
  }
})

function readCase(value: unknown): Case {
  return value as Case
}
