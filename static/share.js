// The page that makes what an author puts into a page of their own: a line to copy, or a file.

const byId = (id) => document.getElementById(id);
const form = document.querySelector('form');
const field = (name) => form.elements.namedItem(name);
const forms = document.querySelector('[name=form]');
const folder = new URL('./', location.href).href;

const HEIGHTS = [200, 4_000];
// The longest link that fits into a code that a camera still reads.
const LONGEST_CODE = 1_200;

const attribute = (text) => text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;');

// --- What is wanted -----------------------------------------------------------------------------
function parameters() {
  const chosen = ['reveal', 'theme', 'controls', 'autoplay'].map((name) => [name, field(name).value]);
  const locked = [...form.querySelectorAll('[name=lock]:checked')].map((box) => box.value).join(' ');
  return [...chosen, ['lock', locked]].filter(([, value]) => value);
}

function wanted() {
  const link = field('link').value.trim().replace(/^.*#/s, '') || 'playground';
  const title = field('title').value.trim() || 'Fusebox';
  const height = Number(field('height').value.replaceAll(/[\s,]/g, ''));
  const [least, most] = HEIGHTS;
  const isRight = Number.isInteger(height) && height >= least && height <= most;
  field('height').ariaInvalid = String(!isRight);
  byId('height-problem').textContent = isRight ? '' : `The height has to be a whole number of pixels from ${least} to ${most}.`;
  const query = new URLSearchParams(parameters()).toString();
  return {
    link,
    title,
    height: isRight ? height : 600,
    frame: `${folder}embed.html${query && '?'}${query}#${link}`,
    full: `${folder}#${link}`,
  };
}

// --- The lines ----------------------------------------------------------------------------------
const iframe = ({ frame, title, height }, more = '') =>
  `<iframe src="${attribute(frame)}" title="${attribute(title)}" width="100%" height="${height}" allow="clipboard-write; fullscreen"${more}></iframe>`;

// The same as an element, whose link is there without scripts too.
function element({ link, title, height, full }) {
  const more = parameters().map(([name, value]) => ` ${name}="${attribute(value)}"`).join('');
  return `<div>
  <fusebox-sim link="${attribute(link)}" label="${attribute(title)}" height="${height}"${more}>
    <a href="${attribute(full)}">${attribute(title)}</a>
  </fusebox-sim>
</div>`;
}
const script = `<script src="${folder}fusebox-sim.js" defer></script>`;

const FORMS = [
  ['A page (iframe)', 'Any page that takes HTML.', (it) => iframe(it, ' loading="lazy" style="border: 0"')],
  ['Canvas', 'Canvas keeps only these attributes. Switch the editor to HTML first.', (it) => iframe(it)],
  ['Moodle', 'Into a Page, a Label or a Book, in the HTML view of the editor. Where your site removes frames, upload a SCORM package instead.', (it) => iframe(it)],
  ['A page (element)', 'Follows the theme of your page, tells it what happens, and is a link without scripts.', (it) => `${script}\n${element(it)}`],
  ['MkDocs, mdBook', 'In Markdown, with an empty line before and after. The script once, in extra_javascript or additional-js.', (it) => element(it)],
  ['Docusaurus', 'In MDX.', ({ frame, title, height }) =>
    `<iframe src=${JSON.stringify(frame)} title=${JSON.stringify(title)} width="100%" height={${height}} loading="lazy" style={{ border: 0 }} allow="clipboard-write; fullscreen" />`],
  ['Jupyter Book, MyST', 'In Markdown.', ({ frame, title }) => `:::{iframe} ${frame}\n:width: 100%\n${title}\n:::`],
  ['A notebook', 'In a cell with Python.', ({ frame, height }) => `from IPython.display import IFrame\nIFrame(${JSON.stringify(frame)}, width="100%", height=${height})`],
  ['Quarto', 'In Markdown.', (it) => `\`\`\`{=html}\n${iframe(it, ' loading="lazy"')}\n\`\`\``],
  ['reveal.js', 'As a slide; it stands still while it is not shown.', ({ frame, title }) =>
    `<section>\n  <iframe data-preload data-src="${attribute(frame)}" title="${attribute(title)}" width="100%" height="620"></iframe>\n</section>`],
  ['A link', 'Opens the whole page.', ({ full }) => full],
];

// --- The files ----------------------------------------------------------------------------------
async function read(name) {
  const answer = await fetch(name);
  if (!answer.ok) throw new Error(`the server has no ${name} (status ${answer.status})`);
  return answer.text();
}

// The view of a link, and its preset; a view without presets has one without a name.
async function preset(link) {
  const [named, settings] = link.split(/\?(.*)/s);
  const view = /^(herd|learn|breaker|check)$/.test(named) ? named : 'playground';
  const presets = JSON.parse(await read(`posters/${view}.json`));
  const asked = new URLSearchParams(settings).get('preset');
  return { view, ...(presets.find((it) => it.name === asked) ?? presets[0]) };
}

async function poster({ link }) {
  const { view, name } = await preset(link);
  if (!name) throw new Error('only the Playground and the Herd have posters');
  return `posters/${view}-${name}-${field('theme').value || 'light'}.svg`;
}

async function png(address) {
  const image = new Image();
  image.src = address;
  await image.decode();
  const canvas = document.createElement('canvas');
  [canvas.width, canvas.height] = [image.naturalWidth * 2, image.naturalHeight * 2];
  canvas.getContext('2d').drawImage(image, 0, 0, canvas.width, canvas.height);
  return new Promise((resolve) => canvas.toBlob(resolve));
}

const pack = (kind) => async ({ link, title }) => (await import('./package.js')).pack({ kind, link, title });

const FILES = {
  html: ['html', 'text/html', pack('single'), () => 'It opens from a disk, without a network.'],
  scorm12: ['zip', 'application/zip', pack('scorm12'), () => 'Upload it as a SCORM 1.2 package.'],
  cmi5: ['zip', 'application/zip', pack('cmi5'), () => 'Upload it as a cmi5 course.'],
  svg: ['svg', 'image/svg+xml', async (it) => read(await poster(it)), () => ''],
  png: ['png', 'image/png', async (it) => png(await poster(it)), () => ''],
};

async function make(kind, button) {
  const [extension, type, content, hint] = FILES[kind];
  const it = wanted();
  const words = `fusebox ${kind} ${it.title}`.toLowerCase().match(/[a-z0-9]+/g).join('-').slice(0, 80);
  byId('made').textContent = 'It is being made …';
  button.disabled = true;
  try {
    const address = URL.createObjectURL(new Blob([await content(it)], { type }));
    const name = `${words}.${extension}`;
    Object.assign(document.createElement('a'), { href: address, download: name }).click();
    setTimeout(() => URL.revokeObjectURL(address), 60_000);
    byId('made').textContent = `${name} has been saved. ${hint(it)}`;
  } catch (error) {
    byId('made').textContent = `It could not be made: ${error.message}.`;
  } finally {
    button.disabled = false;
  }
}

// --- The page -----------------------------------------------------------------------------------
let previewed;
let timer;
function preview({ frame, title, height }) {
  const element = byId('preview');
  element.style.height = `${height}px`;
  element.title = `Preview: ${title}`;
  if (frame === previewed) return;
  previewed = frame;
  clearTimeout(timer);
  // Going back in the frame is not what anybody wants here.
  timer = setTimeout(() => element.contentWindow.location.replace(frame), 300);
}

async function code({ full }) {
  const place = byId('code');
  if (full.length > LONGEST_CODE) {
    place.textContent = `The link has ${full.length} letters, too many for a code that a camera reads.`;
    return;
  }
  try {
    const { renderSVG } = await import('uqr');
    place.innerHTML = renderSVG(full);
    place.firstElementChild.role = 'img';
    place.firstElementChild.ariaLabel = 'A QR code of the link';
  } catch {
    place.textContent = 'Only the built page can draw a QR code.';
  }
}

function show() {
  const it = wanted();
  const [, hint, line] = FORMS[forms.value];
  byId('hint').textContent = hint;
  byId('text').value = line(it);
  byId('copied').textContent = '';
  byId('full').href = it.full;
  preview(it);
  code(it);
}

async function open() {
  field('link').value = location.hash.slice(1) || 'playground';
  field('title').value = await preset(field('link').value).then((it) => it.title, () => '');
  show();
}

FORMS.forEach(([name], n) => forms.append(new Option(name, n)));
form.addEventListener('submit', (event) => event.preventDefault());
form.addEventListener('input', show);
forms.addEventListener('input', show);
byId('copy').addEventListener('click', async () => {
  const text = byId('text');
  text.select();
  try {
    await navigator.clipboard.writeText(text.value);
    byId('copied').textContent = 'Copied.';
  } catch {
    byId('copied').textContent = 'Press Ctrl+C to copy it.';
  }
});
for (const button of document.querySelectorAll('[data-file]')) {
  button.addEventListener('click', () => make(button.dataset.file, button));
}
addEventListener('hashchange', open);
open();
