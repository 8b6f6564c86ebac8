import { ConnectorError } from '../../failure.ts'

/** Something else than a text is kept under a key. */
export function otherKind(): ConnectorError {
  return new ConnectorError('CONSTRAINT_VIOLATED', 'What is kept under this key is of another type', {
    note: 'WRONGTYPE: the key holds a list, a hash or the like, not a text',
  })
}

export function notUtf8(): ConnectorError {
  return new ConnectorError('CONSTRAINT_VIOLATED', 'What is kept under this key is no text', {
    note: 'its bytes are not UTF-8',
  })
}

export function notAnInteger(): ConnectorError {
  return new ConnectorError('CONSTRAINT_VIOLATED', 'What is kept under this key is not an integer', {
    note: 'it cannot be counted on: it is no integer of 64 bits',
  })
}

export function overflow(): ConnectorError {
  return new ConnectorError('DATA_ERROR', 'The sum is beyond an integer of 64 bits', {
    note: 'nothing was added',
  })
}

/** `bytes` undefined: more than can be told. */
export function tooLarge(maxBytes: number, bytes?: number): ConnectorError {
  return new ConnectorError('DATA_ERROR', 'The value is larger than this cache takes', {
    note: `${bytes === undefined ? 'it has more than' : `it has ${bytes} bytes of`} ${maxBytes} bytes (max_value_bytes)`,
  })
}
