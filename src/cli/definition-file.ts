import { type Kind, kindOf } from '../catalog/lint.ts'
import { isObject, type Json, type JsonObject, own } from '../std/json.ts'
import { type JsonPositions, jsonPositions } from '../std/json-positions.ts'
import type { Finding } from '../versioning/finding.ts'
import { definitionFileName, isFileNameOf, nameOfFile } from './definition-file-name.ts'
import { hideSecrets } from './hide-secrets.ts'
import { hideTexts } from './hide-texts.ts'
import { byPosition, type FileResult, fileProblem, type PlacedFinding, placed } from './source-file.ts'

/** One definition, and the file that holds it. */
export interface DefinitionFile {
  /** As messages name it: the folder as it was given, then the path in it. */
  readonly path: string
  readonly kind: Kind
  /** `workflow_id`, `channel_id`, or the `name` of a connector. */
  readonly id: string
  readonly document: JsonObject
  readonly text: string
}

/** What a folder holds. */
export interface DefinitionKind {
  readonly kind: Kind
  /** The field that a file is named after. */
  readonly nameField: string
}

/** What came of one file: a definition, problems, both, or neither for what is none of our files. */
export interface ReadDefinition {
  readonly file?: DefinitionFile
  readonly problem?: FileResult
}

interface JsonFile {
  readonly path: string
  /** Without its folder. */
  readonly name: string
  readonly text: string
  readonly value: Json
}

/** One definition of the kind that the folder is for, named as the file is. */
export function readDefinition(file: JsonFile, folder: DefinitionKind): ReadDefinition {
  const { path, name, text, value } = file
  const { kind, nameField } = folder
  const positions = jsonPositions(text)
  if (!isObject(value) || (kindOf(value) === undefined && Array.isArray(own(value, 'data')))) {
    const finding = fileProblem('not-one-definition', `this is not one ${kind}`, 'one object a file')
    return { problem: { path, text: '', findings: [placed(positions, finding)] } }
  }
  const found = kindOf(value) ?? kind
  const naming =
    found === kind ? nameFinding(name, nameField, own(value, nameField)) : wrongFolder(found, kind)
  const repeated = repeatedKeys(positions)
  const findings = [...repeated, ...naming.map(finding => placed(positions, finding))]
  // Of a key that is there twice, only the last value is known.
  const shown =
    repeated.length > 0
      ? hideTexts(text)
      : hideSecrets(text, [{ kind: found, document: value, path: '' }], positions)
  const id = own(value, nameField)
  return {
    ...(found === kind && {
      file: { path, kind, id: typeof id === 'string' ? id : '', document: value, text },
    }),
    ...(findings.length > 0 && { problem: { path, text: shown, findings: findings.toSorted(byPosition) } }),
  }
}

function repeatedKeys({ repeatedKeys: keys }: JsonPositions): PlacedFinding[] {
  return keys.map(({ path, position }) => ({
    ...fileProblem('repeated-key', 'this key is there twice', 'each key once'),
    path,
    position,
  }))
}

function wrongFolder(found: Kind, kind: Kind): Finding[] {
  return [
    fileProblem('wrong-folder', `this is a ${found}, in a folder of ${kind}s`, `the file in ${found}s/`),
  ]
}

function nameFinding(name: string, field: string, id: Json | undefined): Finding[] {
  const meant = nameOfFile(name)
  const called = meant === undefined ? 'the file name stands for nothing' : `the file is named for "${meant}"`
  if (typeof id !== 'string') {
    return [fileProblem('file-name', `"${field}" is missing; ${called}`, `"${field}", a text`)]
  }
  if (isFileNameOf(name, id)) return []
  const expected = `the file name ${definitionFileName(id)}${meant === undefined ? '' : `, or "${meant}" here`}`
  return [{ ...fileProblem('file-name', `this is "${id}", but ${called}`, expected), path: field }]
}
