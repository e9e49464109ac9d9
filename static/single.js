// The page in one file, which script/single makes. This script is the first in it: what the page would fetch
// is in the table `files`, from the last part of an address to the bytes, packed by gzip and written as
// base64, and is answered from there. It is also the first in the workers of that page, in which the text of
// static/worker.js, `starter`, follows it.

(() => {
  self.fetch = async (address) => {
    const name = String(address).split(/[?#]/)[0].split('/').pop();
    if (!Object.hasOwn(files, name)) return new Response(null, { status: 404 });
    const bytes = Uint8Array.from(atob(files[name]), (letter) => letter.charCodeAt(0));
    const type = name.endsWith('.wasm') ? 'application/wasm' : 'application/json';
    return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip')), { headers: { 'Content-Type': type } });
  };
  const own = self.document?.currentScript.textContent;
  if (!own || !self.Worker) return;
  let script;
  self.Worker = class extends Worker {
    constructor() {
      script ??= URL.createObjectURL(new Blob([own, starter], { type: 'text/javascript' }));
      super(script);
    }
  };
})();
