import { type TUnsafe, Type } from '@sinclair/typebox'

/** What a guard does while its store cannot answer. */
export type OnStoreError = 'local' | 'deny' | 'allow'

/** Schema of `on_store_error`: `local` goes on in the memory of this process, `deny` is 503, `allow` goes on without the guard. */
export function OnStoreError(fallback: OnStoreError): TUnsafe<OnStoreError> {
  return Type.Unsafe<OnStoreError>(
    Type.Union([Type.Literal('local'), Type.Literal('deny'), Type.Literal('allow')], {
      default: fallback,
      description:
        'While the store of this guard fails: `local` goes on in memory, `deny` answers 503, `allow` goes on without the guard',
    }),
  )
}

/** Schema of `connector`: where the guard keeps what it remembers. */
export const StoreConnector = Type.String({
  minLength: 1,
  description:
    'Name of a cache connector where this guard keeps its state, so that servers share it; this server alone when left out',
})
