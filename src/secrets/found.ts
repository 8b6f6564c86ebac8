/** A secret, or why there is none; a problem never holds anything of a value. */
export type Found = { readonly value: string } | { readonly problem: string }
