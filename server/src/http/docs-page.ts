import { createRequire } from 'node:module';
import path from 'node:path';
import express, { Router } from 'express';

const require = createRequire(import.meta.url);

/** The page: Swagger UI over the server's own contract, everything served from here. */
const PAGE = `<!doctype html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <title>Document Sync API</title>
  <link rel="stylesheet" href="/docs/assets/swagger-ui.css">
  <link rel="icon" href="/docs/assets/favicon-32x32.png">
</head>
<body>
  <div id="contract"></div>
  <script src="/docs/assets/swagger-ui-bundle.js"></script>
  <script src="/docs/start.js"></script>
</body>
</html>
`;

const START = `SwaggerUIBundle({ url: '/openapi.yaml', dom_id: '#contract', deepLinking: true, validatorUrl: null });\n`;

/** Nothing from elsewhere, and nobody may frame the page; Swagger UI brings its styles inline. */
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; " +
  "font-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** The contract as a browsable page at `/docs`. */
export function docsPage(): Router {
  const router = Router();
  router.use((req, res, next) => {
    // The page's files need no conditions; failing ones would have to be answered with what the contract does not name.
    delete req.headers['if-match'];
    delete req.headers['if-unmodified-since'];
    res.set({ 'Content-Security-Policy': POLICY, 'X-Content-Type-Options': 'nosniff' });
    next();
  });
  router.get('/', (_req, res) => {
    res.type('html').send(PAGE);
  });
  router.get('/start.js', (_req, res) => {
    res.type('js').send(START);
  });
  const assets = path.dirname(require.resolve('swagger-ui-dist/package.json'));
  router.use('/assets', express.static(assets, { index: false, redirect: false, acceptRanges: false, maxAge: '1h' }));
  return router;
}
