import { normalizeChannel } from '../channel/check.ts'
import { patternShape, sharesMethod } from '../channel/route-collision.ts'
import { routePatternProblem } from '../channel/route-pattern.ts'
import { excerpt } from '../std/excerpt.ts'
import { type JsonObject, own } from '../std/json.ts'
import { didYouMean } from '../std/nearest-name.ts'
import type { Finding } from '../versioning/finding.ts'
import type { DefinitionFile } from './definition-file.ts'
import { fileProblem } from './source-file.ts'

/** What is wrong between the files of one folder: the path of the file, and a finding about it. */
export interface BrokenLink {
  readonly path: string
  readonly finding: Finding
}

/** The rule about workflows that nobody declares, in cases as in channels. */
export const UNKNOWN_WORKFLOW = 'unknown-workflow'

interface LinkedFiles {
  readonly files: readonly DefinitionFile[]
  /** Ids of definitions that may be there, but whose files are broken. */
  readonly unread: ReadonlySet<string>
}

/** Links that lead nowhere, and names and routes that two definitions want. */
export function brokenLinks({ files, unread }: LinkedFiles): BrokenLink[] {
  const known = { workflows: new Map(files.filter(isOf('workflow')).map(file => [file.id, file])), unread }
  const channels = files.filter(isOf('channel'))
  return [
    ...channels.flatMap(file => channelLink(file, known)),
    ...rivals(channels.filter(isServed)),
    ...sharedIds(files.filter(isOf('connector'))),
  ]
}

interface Known {
  readonly workflows: ReadonlyMap<string, DefinitionFile>
  readonly unread: ReadonlySet<string>
}

function isOf(kind: DefinitionFile['kind']): (file: DefinitionFile) => boolean {
  return file => file.kind === kind
}

/** A file that says nothing of its status is made active. */
function isServed({ document }: DefinitionFile): boolean {
  return (own(document, 'status') ?? 'active') === 'active'
}

function channelLink(file: DefinitionFile, known: Known): BrokenLink[] {
  const id = own(file.document, 'workflow_id')
  if (typeof id !== 'string') return []
  const workflow = known.workflows.get(id)
  if (workflow === undefined) return unknownWorkflow(file.path, 'workflow_id', id, known)
  if (!isServed(file) || isServed(workflow)) return []
  const status = excerpt(String(own(workflow.document, 'status')))
  const message = `the workflow "${excerpt(id)}" of this channel stays ${status}, says ${workflow.path}`
  return [broken(file.path, 'idle-workflow', 'workflow_id', message, 'an active workflow')]
}

function unknownWorkflow(path: string, at: string, id: string, { workflows, unread }: Known): BrokenLink[] {
  if (unread.has(id)) return []
  const { hint, field } = didYouMean(id, [...workflows.keys()])
  const message = `there is no workflow "${excerpt(id)}" in the folder${hint}`
  const { finding } = broken(path, UNKNOWN_WORKFLOW, at, message, 'the id of a workflow in workflows/')
  return [{ path, finding: { ...finding, ...field } }]
}

function broken(path: string, rule: string, at: string, message: string, expected: string): BrokenLink {
  return { path, finding: { ...fileProblem(rule, message, expected), path: at } }
}

interface Route {
  readonly file: DefinitionFile
  /** Empty when it has none, and so is the shape. */
  readonly name: string
  readonly methods: string[] | null
  /** Equal for patterns that match the same paths. */
  readonly shape: string
}

/** Two active channels cannot have one name, nor one route. */
function rivals(channels: readonly DefinitionFile[]): BrokenLink[] {
  const byName = new Map<string, Route>()
  const byShape = new Map<string, Route[]>()
  return channels.map(routeOf).flatMap(route => {
    const { file, name, methods, shape } = route
    const namesake = byName.get(name)
    if (name !== '' && namesake === undefined) byName.set(name, route)
    const alike = byShape.get(shape) ?? []
    const rival = shape === '' ? undefined : alike.find(other => sharesMethod(methods, other.methods))
    byShape.set(shape, [...alike, route])
    return [
      ...(namesake === undefined ? [] : [taken(file, 'name', 'name', namesake.file)]),
      ...(rival === undefined ? [] : [taken(file, 'route_pattern', 'route', rival.file)]),
    ]
  })
}

function routeOf(file: DefinitionFile): Route {
  const document: JsonObject = normalizeChannel(file.document)
  const methods = own(document, 'methods')
  const name = own(document, 'name')
  const pattern = own(document, 'route_pattern')
  const isRoute = typeof pattern === 'string' && routePatternProblem(pattern) === undefined
  return {
    file,
    name: typeof name === 'string' ? name : '',
    methods: Array.isArray(methods) ? methods.map(String) : null,
    shape: isRoute ? patternShape(pattern) : '',
  }
}

function taken({ path }: DefinitionFile, at: string, what: string, other: DefinitionFile): BrokenLink {
  const message = `this ${what} belongs to the channel "${excerpt(other.id)}" of ${other.path}`
  return broken(path, `taken-${what}`, at, message, `a ${what} of its own, or "status": "draft"`)
}

function sharedIds(connectors: readonly DefinitionFile[]): BrokenLink[] {
  const byId = new Map<string, DefinitionFile>()
  return connectors.flatMap(file => {
    const id = own(file.document, 'id')
    if (typeof id !== 'string') return []
    const other = byId.get(id)
    if (other === undefined) byId.set(id, file)
    const message = `this id belongs to the connector of ${other?.path}`
    return other === undefined ? [] : [broken(file.path, 'taken-id', 'id', message, 'an id of its own')]
  })
}
