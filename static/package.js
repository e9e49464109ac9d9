// Makes files to take away of what a link shows: the page in one file (of the kind "single"), which opens
// that link, or a package for a learning system ("scorm12", "cmi5"). A package is a zip archive with the page
// in one file, the page around it that passes on results (static/lms/launch.js), and the manifest.
//
//   const bytes = await pack({ kind: 'scorm12', link: 'learn?step=trips', title: 'Breakers' });
//
// The link is what Share gives, after the "#". The same link gives the same identifier. script/package reads
// the files of the page from a folder instead.

// The share of goals and questions that has to be right, unless the learning system says otherwise.
const MASTERY = 0.8;
// What a learning system keeps of a page has at most 4,096 letters, and has the link in it.
const LONGEST_LINK = 4_000;

async function fetched(name) {
  const response = await fetch(name);
  if (!response.ok) throw new Error(`There is no ${name} beside the page (status ${response.status}).`);
  return response.text();
}

// --- The archive --------------------------------------------------------------------------------
// A stream packed by gzip has all that an archive needs: a head, the packed bytes, their checksum and length.
async function gzip(bytes) {
  const stream = new Blob([bytes]).stream().pipeThrough(new CompressionStream('gzip'));
  const packed = new Uint8Array(await new Response(stream).arrayBuffer());
  if (packed[3] !== 0) throw new Error('gzip has written a head with optional fields.');
  const end = packed.length - 8;
  return { body: packed.subarray(10, end), checksum: new DataView(packed.buffer).getUint32(end, true) };
}

const small = (value) => [value & 255, (value >> 8) & 255];
const large = (value) => [...small(value), ...small(value >>> 16)];

async function zip(files) {
  const pieces = [];
  const directory = [];
  let offset = 0;
  for (const [name, text] of files) {
    const [label, bytes] = [name, text].map((it) => new TextEncoder().encode(it));
    const { body, checksum } = await gzip(bytes);
    // Version 2.0, a name in UTF-8, packed by "deflate", and the first day that an archive can name.
    const facts = [...small(20), ...small(0x800), ...small(8), ...small(0), ...small(0x21)];
    facts.push(...large(checksum), ...large(body.length), ...large(bytes.length), ...small(label.length), ...small(0));
    const head = Uint8Array.from([...large(0x04034b50), ...facts, ...label]);
    pieces.push(head, body);
    directory.push(...large(0x02014b50), ...small(20), ...facts, ...Array(10).fill(0), ...large(offset), ...label);
    offset += head.length + body.length;
  }
  const count = small(files.length);
  const end = [...large(0x06054b50), ...Array(4).fill(0), ...count, ...count, ...large(directory.length), ...large(offset), 0, 0];
  const blob = new Blob([...pieces, Uint8Array.from([...directory, ...end])]);
  return new Uint8Array(await blob.arrayBuffer());
}

// --- The manifests ------------------------------------------------------------------------------
const MARKS = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
// A text in XML, which has no place for control characters and halves of characters.
const escaped = (text) => text.replace(/[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]/gu, '').replace(/[&<>"']/g, (mark) => MARKS[mark]);

// It names no mastery score: some learning systems would judge by it what has only been begun.
const scorm12 = ({ id, title }, files) => `<?xml version="1.0" encoding="UTF-8"?>
<manifest identifier="fusebox-${id}" version="1.0" xmlns="http://www.imsproject.org/xsd/imscp_rootv1p1p2" xmlns:adlcp="http://www.adlnet.org/xsd/adlcp_rootv1p2">
  <metadata>
    <schema>ADL SCORM</schema>
    <schemaversion>1.2</schemaversion>
  </metadata>
  <organizations default="course">
    <organization identifier="course">
      <title>${title}</title>
      <item identifier="item" identifierref="page">
        <title>${title}</title>
      </item>
    </organization>
  </organizations>
  <resources>
    <resource identifier="page" type="webcontent" adlcp:scormtype="sco" href="index.html">
      ${files.map((name) => `<file href="${name}"/>`).join('\n      ')}
    </resource>
  </resources>
</manifest>
`;

const cmi5 = ({ id, title, isGraded }) => {
  const about = `<title><langstring lang="en">${title}</langstring></title>
    <description><langstring lang="en">${title}</langstring></description>`;
  return `<?xml version="1.0" encoding="UTF-8"?>
<courseStructure xmlns="https://w3id.org/xapi/profiles/cmi5/v1/CourseStructure.xsd">
  <course id="urn:fusebox:${id}:course">
    ${about}
  </course>
  <au id="urn:fusebox:${id}" launchMethod="AnyWindow" ${isGraded ? `moveOn="CompletedAndPassed" masteryScore="${MASTERY}"` : 'moveOn="Completed"'}>
    ${about}
    <url>index.html</url>
  </au>
</courseStructure>
`;
};

const MANIFESTS = { scorm12: ['imsmanifest.xml', scorm12], cmi5: ['cmi5.xml', cmi5] };

// --- The file -----------------------------------------------------------------------------------
export async function pack({ kind, link, title }, read = fetched) {
  const own = String(link).trim().replace(/^#/, '');
  if (own.length > LONGEST_LINK) throw new RangeError(`A link to take away has at most ${LONGEST_LINK} letters.`);
  const page = await read('fusebox.html');
  if (kind === 'single') return new TextEncoder().encode(page.replace('<html data-single', () => `<html data-single="${escaped(own)}"`));
  if (!Object.hasOwn(MANIFESTS, kind)) throw new RangeError('What can be made is single, scorm12 or cmi5.');
  const name = String(title ?? '').trim().slice(0, 200) || 'Fusebox';
  const { checksum } = await gzip(new TextEncoder().encode(own));
  const facts = {
    id: checksum.toString(16).padStart(8, '0'),
    title: escaped(name),
    // Only these views have goals and questions.
    isGraded: /^(learn|check)(\?|$)/.test(own),
  };
  const holes = { link: escaped(own), title: facts.title, kind, mastery: facts.isGraded ? ` data-mastery="${MASTERY}"` : '' };
  const names = ['index.html', 'launch.js', `${kind}.js`];
  const [frame, launch, adapter] = await Promise.all(names.map((it) => read(`lms/${it}`)));
  const filled = frame.replace(/\{(\w+)\}/g, (hole, key) => holes[key] ?? hole);
  const files = [...names.map((it, n) => [it, [filled, launch, adapter][n]]), ['fusebox.html', page]];
  const [manifest, write] = MANIFESTS[kind];
  return zip([[manifest, write(facts, files.map(([it]) => it))], ...files]);
}
