// Serves the built page (../../dist) on the port that is the first argument.

const fs = require('node:fs');
const http = require('node:http');
const path = require('node:path');

const root = path.resolve(__dirname, '../../dist');
const types = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  // Browsers compile a module while it loads only if it comes with this type.
  '.wasm': 'application/wasm',
  '.webmanifest': 'application/manifest+json',
  '.woff2': 'font/woff2',
};

// The strictest policy under which the page works.
const policy = "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'";

const server = http.createServer((request, response) => {
  // The same page is also served from a subfolder, like a host that does not add a slash to the
  // address, from one that only its own origin may read, from one that sends packed copies, and from one
  // whose policy has the address of the server.
  const [, folder, rest] = new URL(request.url, 'http://localhost').pathname.match(/^(\/course\/fusebox(?=\/|$)|\/own(?=\/)|\/packed(?=\/)|\/named(?=\/))?(.*)$/);
  const pathname = rest || '/';
  const file = path.join(root, pathname.endsWith('/') ? `${pathname}index.html` : pathname);
  const accepted = folder === '/packed' ? (request.headers['accept-encoding'] ?? '') : '';
  const packing = ['br', 'gz'].find((it) => accepted.includes(it) && fs.existsSync(`${file}.${it}`));
  fs.readFile(packing ? `${file}.${packing}` : file, (error, body) => {
    if (error) {
      response.writeHead(404).end();
    } else {
      const type = types[path.extname(file)] ?? 'application/octet-stream';
      // A sandboxed frame has no origin, so it loads modules only from a host that allows every origin.
      const anybody = folder === '/own' ? {} : { 'Access-Control-Allow-Origin': '*' };
      const headers = { 'Content-Type': type, 'Cache-Control': 'no-store', ...anybody };
      if (packing) headers['Content-Encoding'] = { br: 'br', gz: 'gzip' }[packing];
      if (type.startsWith('text/html')) headers['Content-Security-Policy'] = folder === '/named' ? policy.replaceAll("'self'", `http://${request.headers.host}`) : policy;
      response.writeHead(200, headers).end(body);
    }
  });
});

server.listen(Number(process.argv[2]), '127.0.0.1');
