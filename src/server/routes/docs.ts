import icon from 'swagger-ui-dist/favicon-32x32.png' with { type: 'file' }
import style from 'swagger-ui-dist/swagger-ui.css' with { type: 'file' }
import bundle from 'swagger-ui-dist/swagger-ui-bundle.js' with { type: 'file' }
import { plainAnswer } from '../answer.ts'
import { type Route, route } from '../route.ts'

const PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Orion API</title>
<link rel="icon" href="./icon.png">
<link rel="stylesheet" href="./swagger-ui.css">
</head>
<body>
<div id="swagger-ui"></div>
<script src="./swagger-ui-bundle.js"></script>
<script src="./start.js"></script>
</body>
</html>
`

/** Without a validator url the page asks nobody but this server. */
const START = `SwaggerUIBundle({
  url: '../api/v1/openapi.json',
  dom_id: '#swagger-ui',
  deepLinking: true,
  validatorUrl: null,
  persistAuthorization: false,
})
`

/** Everything from this server alone, nothing inline. */
const PAGE_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

/** The OpenAPI document and the page that shows it, embedded; works with no internet. */
export function docsRoutes(document: string): Route[] {
  return [
    route({
      method: 'GET',
      path: '/api/v1/openapi.json',
      operationId: 'openapi',
      tag: 'Operational',
      summary: 'This document',
      answers: { 200: { description: 'OpenAPI 3.1' } },
      errors: ['RATE_LIMITED'],
      run: () => ({ status: 200, json: document }),
    }),
    route({
      ...hidden('/docs'),
      run: ({ exchange }) => plainAnswer(exchange, 307, null, { location: '/docs/' }),
    }),
    file('/docs/', 'text/html; charset=utf-8', new Blob([PAGE]), {
      'content-security-policy': PAGE_POLICY,
    }),
    file('/docs/start.js', 'text/javascript; charset=utf-8', new Blob([START])),
    file('/docs/swagger-ui-bundle.js', 'text/javascript; charset=utf-8', Bun.file(bundle)),
    file('/docs/swagger-ui.css', 'text/css; charset=utf-8', Bun.file(style)),
    file('/docs/icon.png', 'image/png', Bun.file(icon)),
  ]
}

function file(
  path: string,
  contentType: string,
  content: Blob,
  headers: Readonly<Record<string, string>> = {},
): Route {
  return route({
    ...hidden(path),
    run: ({ exchange }) => plainAnswer(exchange, 200, content, { 'content-type': contentType, ...headers }),
  })
}

function hidden(path: string) {
  return {
    method: 'GET',
    path,
    operationId: path,
    tag: 'Operational',
    summary: 'Docs page',
    answers: {},
    errors: ['RATE_LIMITED'],
    hidden: true,
  } as const
}
