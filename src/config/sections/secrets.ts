import { list, secret, secrets as secretList, secretMap, section } from '../kinds.ts'

export const secrets = section('Secrets that definitions name instead of holding them.', {
  key: secret(
    'The key that stored secrets are encrypted with: 32 bytes as base64 or hexadecimal digits ' +
      '(`openssl rand -base64 32`). Without it none can be stored.',
  ),
  previous_keys: secretList(
    'Keys that were used before: they still decrypt, until `orion-server secrets rotate` has encrypted everything anew.',
  ),
  file_dirs: list(
    'Folders whose files `file://` may name, links out of them excluded; none are read otherwise.',
    {
      default: [],
    },
  ),
  values: secretMap(
    'Secrets by name, for `secret://NAME` and `{"secret": "NAME"}`: `[secrets.values]` in the file. A value may be ' +
      '`env://NAME` or, read again at each reload, `file://PATH`.',
  ),
})
