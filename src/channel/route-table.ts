import { OrionError } from '../errors.ts'
import { isAsyncSuffix, lowerAscii, patternSegments, RESERVED_SEGMENTS } from './route-pattern.ts'

/** How a channel is reached over HTTP; `target` is what the caller wants back. */
export interface Route<Target> {
  readonly id: string
  readonly name: string
  readonly priority: number
  /** Null or empty: any method. */
  readonly methods: readonly string[] | null
  /** Null: by name only. The pattern has passed `routePatternProblem`. */
  readonly pattern: string | null
  readonly target: Target
}

export interface RouteMatch<Target> {
  readonly target: Target
  /** Decoded values by parameter name; undefined when the route has none. */
  readonly params: Readonly<Record<string, string>> | undefined
}

/** Who answers which path: an immutable tree, one level for each segment. */
export interface RouteTable<Target> {
  /**
   * `path` is what follows `/api/v1/data/`, undecoded. A route with its method comes before a channel name with its
   * method. Throws NOT_FOUND, METHOD_NOT_ALLOWED with `allow`, or BAD_REQUEST for a path that cannot be decoded.
   */
  resolve(method: string, path: string): RouteMatch<Target>
}

interface Leaf<Target> {
  readonly route: Route<Target>
  readonly methods: ReadonlySet<string> | undefined
  /** Parameter names by segment; undefined when the pattern has none. */
  readonly parameters: readonly (string | undefined)[] | undefined
}

class Node<Target> {
  readonly children = new Map<string, Node<Target>>()
  parameter: Node<Target> | undefined
  readonly leaves: Leaf<Target>[] = []
}

export function buildRouteTable<Target>(routes: readonly Route<Target>[]): RouteTable<Target> {
  const root = new Node<Target>()
  const names = new Map<string, Leaf<Target>>()
  // Leaves and names are filled best first, so that the first one that fits is the answer.
  for (const route of routes.toSorted(byPrecedence)) {
    const leaf = toLeaf(route)
    if (route.pattern !== null) insert(root, route.pattern, leaf)
    if (!names.has(route.name)) names.set(route.name, leaf)
  }
  const literal = literalPaths(root)
  return {
    resolve: (method, path) => literal.get(method)?.get(path) ?? resolve(root, names, method, path),
  }
}

/**
 * By method: who answers a path that is spelled as a pattern without parameters is. Such a pattern beats every other, so
 * that most requests need no walk through the tree.
 */
function literalPaths<Target>(
  root: Node<Target>,
): ReadonlyMap<string, ReadonlyMap<string, RouteMatch<Target>>> {
  const byMethod = new Map<string, Map<string, RouteMatch<Target>>>()
  const visit = (node: Node<Target>, path: string) => {
    for (const { methods, route } of node.leaves) {
      // One that takes any method hides those behind it, and is left to the walk.
      if (methods === undefined) break
      for (const method of methods) {
        const paths = byMethod.get(method) ?? new Map<string, RouteMatch<Target>>()
        if (!paths.has(path)) paths.set(path, { target: route.target, params: undefined })
        byMethod.set(method, paths)
      }
    }
    for (const [text, child] of node.children) visit(child, path === '' ? text : `${path}/${text}`)
  }
  for (const [text, child] of root.children) visit(child, text)
  return byMethod
}

/** Higher priority first, then the smaller id: who answers when two are equally good. */
export function byPrecedence(a: Route<unknown>, b: Route<unknown>): number {
  return b.priority - a.priority || (a.id < b.id ? -1 : Number(a.id > b.id))
}

function toLeaf<Target>(route: Route<Target>): Leaf<Target> {
  const methods = methodSet(route.methods)
  const names = patternSegments(route.pattern ?? '').map(segment =>
    'parameter' in segment ? segment.parameter : undefined,
  )
  return { route, methods, parameters: names.some(name => name !== undefined) ? names : undefined }
}

function methodSet(methods: readonly string[] | null): ReadonlySet<string> | undefined {
  if (methods === null || methods.length === 0) return undefined
  return new Set(methods.map(method => method.toUpperCase()))
}

function insert<Target>(root: Node<Target>, pattern: string, leaf: Leaf<Target>): void {
  let node = root
  for (const segment of patternSegments(pattern)) {
    let next = 'text' in segment ? node.children.get(segment.text) : node.parameter
    if (next === undefined) {
      next = new Node<Target>()
      if ('text' in segment) node.children.set(segment.text, next)
      else node.parameter = next
    }
    node = next
  }
  node.leaves.push(leaf)
}

function resolve<Target>(
  root: Node<Target>,
  names: ReadonlyMap<string, Leaf<Target>>,
  method: string,
  path: string,
): RouteMatch<Target> {
  const segments = splitPath(path)
  const first = segments[0]
  if (first === undefined || first.trim() === '') return refuseBlank(segments, method, path)
  if (RESERVED_SEGMENTS.has(first) || isAsyncSuffix(segments.at(-1))) throw notFound(method, path)

  const leaf = find(root, segments, 0, method)
  if (leaf !== undefined) return { target: leaf.route.target, params: paramsOf(leaf, segments) }
  const named = segments.length === 1 ? names.get(first) : undefined
  if (named !== undefined && accepts(named, method)) return { target: named.route.target, params: undefined }

  const others = named === undefined ? [] : [named]
  collect(root, segments, 0, others)
  throw others.length > 0 ? wrongMethod(method, path, others) : notFound(method, path)
}

/** Depth first with the static child before the parameter: the first leaf with the method is the best one. */
function find<Target>(
  node: Node<Target>,
  segments: readonly string[],
  depth: number,
  method: string,
): Leaf<Target> | undefined {
  const segment = segments[depth]
  if (segment === undefined) {
    for (const leaf of node.leaves) if (accepts(leaf, method)) return leaf
    return undefined
  }
  const child = childFor(node, segment)
  const found = child && find(child, segments, depth + 1, method)
  if (found !== undefined || node.parameter === undefined || segment === '') return found
  return find(node.parameter, segments, depth + 1, method)
}

/** Every leaf at the path, whatever its method. */
function collect<Target>(
  node: Node<Target>,
  segments: readonly string[],
  depth: number,
  leaves: Leaf<Target>[],
): void {
  const segment = segments[depth]
  if (segment === undefined) {
    leaves.push(...node.leaves)
    return
  }
  const child = childFor(node, segment)
  if (child) collect(child, segments, depth + 1, leaves)
  if (node.parameter && segment !== '') collect(node.parameter, segments, depth + 1, leaves)
}

function childFor<Target>(node: Node<Target>, segment: string): Node<Target> | undefined {
  return node.children.get(segment) ?? node.children.get(lowerAscii(segment))
}

function accepts(leaf: Leaf<unknown>, method: string): boolean {
  return leaf.methods === undefined || leaf.methods.has(method)
}

function paramsOf(
  { parameters }: Leaf<unknown>,
  segments: readonly string[],
): Record<string, string> | undefined {
  if (parameters === undefined) return undefined
  const entries: [string, string][] = []
  for (const [index, name] of parameters.entries()) {
    const value = segments[index]
    if (name !== undefined && value !== undefined) entries.push([name, value])
  }
  // Defines own properties, whatever their names.
  return Object.fromEntries(entries)
}

/** Split first, decoded afterwards, so that `%2F` stays inside its segment. Slashes at both ends do not count. */
function splitPath(path: string): string[] {
  const segments = path.split('/')
  while (segments.length > 0 && segments[0] === '') segments.shift()
  while (segments.length > 0 && segments.at(-1) === '') segments.pop()
  if (!path.includes('%')) return segments
  return segments.map(segment => decode(segment, path))
}

function decode(segment: string, path: string): string {
  try {
    return decodeURIComponent(segment)
  } catch (cause) {
    throw new OrionError(
      'BAD_REQUEST',
      `Cannot read the path "/${shorten(path)}": "${shorten(segment)}" is not percent-encoded UTF-8`,
      { cause },
    )
  }
}

function refuseBlank(segments: readonly string[], method: string, path: string): never {
  if (segments.length === 1) throw new OrionError('BAD_REQUEST', 'Channel name must not be empty')
  throw notFound(method, path)
}

function notFound(method: string, path: string): OrionError {
  return new OrionError('NOT_FOUND', `No channel matches ${method} /${shorten(path)}`)
}

function wrongMethod(method: string, path: string, leaves: readonly Leaf<unknown>[]): OrionError {
  const allow = [...new Set(leaves.flatMap(leaf => [...(leaf.methods ?? [])]))].sort().join(', ')
  return new OrionError(
    'METHOD_NOT_ALLOWED',
    `${method} is not allowed on /${shorten(path)}; it answers ${allow}`,
    { headers: { allow } },
  )
}

/** Paths can be 16 KB long; an error quotes their beginning. */
function shorten(text: string): string {
  return text.length > 200 ? `${text.slice(0, 200)}…` : text
}
