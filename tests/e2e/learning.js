// What the tests of packages need of a learning system: to unpack an archive, to serve it, and to keep
// statements and documents as an xAPI server does.

const http = require('node:http');
const { gunzipSync } = require('node:zlib');

const GZIP = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3];

// The files of an archive by name; an error if one does not have its checksum or length.
function unzip(archive) {
  const end = archive.lastIndexOf(Buffer.from('PK\x05\x06'));
  const files = new Map();
  let at = archive.readUInt32LE(end + 16);
  for (let n = archive.readUInt16LE(end + 10); n > 0; n--) {
    const [packed, label, extra, comment, offset] = [
      archive.readUInt32LE(at + 20),
      archive.readUInt16LE(at + 28),
      archive.readUInt16LE(at + 30),
      archive.readUInt16LE(at + 32),
      archive.readUInt32LE(at + 42),
    ];
    const name = archive.toString('utf8', at + 46, at + 46 + label);
    const begin = offset + 30 + archive.readUInt16LE(offset + 26) + archive.readUInt16LE(offset + 28);
    const tail = Buffer.concat([archive.subarray(at + 16, at + 20), archive.subarray(at + 24, at + 28)]);
    files.set(name, gunzipSync(Buffer.concat([Buffer.from(GZIP), archive.subarray(begin, begin + packed), tail])));
    at += 46 + label + extra + comment;
  }
  return files;
}

// Serves on a free port; gives the address, and a function that ends it.
async function serve(answer) {
  const server = http.createServer(answer);
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  return { address: `http://127.0.0.1:${server.address().port}`, close: () => server.closeAllConnections() ?? server.close() };
}

// Serves files by their names.
function serveFiles(files) {
  const types = { html: 'text/html; charset=utf-8', js: 'text/javascript' };
  return serve(({ url }, response) => {
    const name = url.slice(1).split('?')[0];
    const found = files.get(name);
    // Browsers ask for an icon by themselves.
    response.writeHead(found === undefined && name !== 'favicon.ico' ? 404 : 200, { 'Content-Type': types[name.split('.').pop()] ?? 'text/plain' });
    response.end(found);
  });
}

// An xAPI server with one session of one learner at another origin than the package. It keeps what it
// is sent, and what it would have had to refuse.
async function learningRecords(launchData) {
  const kept = { statements: [], refused: [], documents: new Map([['LMS.LaunchData', JSON.stringify(launchData)]]), read: [] };
  let tokens = 0;
  let token;
  const free = { 'Access-Control-Allow-Origin': '*', 'Access-Control-Allow-Headers': '*, Authorization', 'Access-Control-Allow-Methods': '*' };
  const json = { ...free, 'Content-Type': 'application/json' };
  function take(statement) {
    const known = kept.statements.find(({ id }) => id === statement.id);
    if (known || !/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.test(statement.id)) kept.refused.push(statement);
    else kept.statements.push(statement);
  }
  async function answer(request, response) {
    const { pathname, searchParams } = new URL(request.url, 'http://localhost');
    const reply = (status, body, headers = json) => response.writeHead(status, headers).end(body);
    let body = '';
    for await (const piece of request) body += piece;
    if (request.method === 'OPTIONS') return reply(204, undefined, free);
    if (pathname === '/token') {
      if (request.method !== 'POST' || token) return reply(200, '{"error-code":"1","error-text":"It has been used."}');
      token = `t0k3n${(tokens += 1)}`;
      return reply(200, JSON.stringify({ 'auth-token': token }));
    }
    if (request.headers.authorization !== `Basic ${token}` || request.headers['x-experience-api-version'] !== '1.0.3') {
      kept.refused.push(request.url);
      return reply(401, '{}');
    }
    if (pathname === '/xapi/statements' && request.method === 'POST') {
      [JSON.parse(body)].flat().forEach(take);
      return reply(200, '[]');
    }
    const name = searchParams.get('stateId') ?? searchParams.get('profileId');
    if (request.method === 'PUT') {
      kept.documents.set(name, body);
      return reply(204);
    }
    kept.read.push(name);
    return kept.documents.has(name) ? reply(200, kept.documents.get(name)) : reply(404, '{}');
  }
  const server = await serve(answer);
  // The learner opens the package again.
  const begin = () => (token = undefined);
  return { ...server, kept, begin };
}

module.exports = { unzip, serveFiles, learningRecords };
