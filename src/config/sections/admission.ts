import { flag, list, secret, secrets, section, text } from '../kinds.ts'

export const adminAuth = section(
  'Who may use the admin API. Without a key it answers callers on this machine only.',
  {
    enabled: flag('Ask for an admin key.', { default: false }),
    api_key: secret('The key, when there is one only.'),
    api_keys: secrets('The keys, when there are several: old and new one during a change.'),
    header: text('Header that carries the key; in `Authorization` it stands behind the word `Bearer`.', {
      default: 'Authorization',
      pattern: "^[!#$%&'*+.^_`|~0-9A-Za-z-]+$",
      expected: 'the name of an HTTP header',
    }),
    allow_open: flag('Answer everybody when no key is asked for. For networks that nobody else can reach.', {
      default: false,
    }),
  },
)

export const channels = section('Which channels this process serves.', {
  include: list(
    'Name patterns of the channels to serve; empty serves all. `*` stands for any run of characters, `/` and `.` ' +
      'included, everything else for itself.',
    { default: [] },
  ),
  exclude: list('Name patterns of the channels not to serve, also when `include` names them.', {
    default: [],
  }),
})
