/** Files that are written as they are, embedded as text. */
declare module '*.md' {
  const text: string
  export default text
}
declare module '*.yml' {
  const text: string
  export default text
}
