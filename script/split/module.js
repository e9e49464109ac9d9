// What the scripts need of a WebAssembly module: the bodies of its functions, their names, and its sections.

exports.read = (bytes) => {
  const sections = [];
  const bodies = [];
  const names = new Map();
  let imported = 0;
  let at = 8;
  const whole = () => {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = bytes[at++];
      value += (byte & 127) * 2 ** shift;
      if (byte < 128) return value;
    }
  };
  const text = () => {
    const length = whole();
    at += length;
    return bytes.toString('utf8', at - length, at);
  };
  const limits = () => {
    const most = whole() & 1;
    whole();
    if (most) whole();
  };
  // Imports are functions, tables, memories and globals.
  const skip = [() => (whole(), imported++), () => (whole(), limits()), limits, () => (whole(), whole())];
  while (at < bytes.length) {
    const start = at;
    const id = bytes[at++];
    const length = whole();
    const end = at + length;
    sections.push({ id, bytes: bytes.subarray(start, end) });
    if (id === 2) {
      for (let n = whole(); n > 0; n--) {
        text();
        text();
        (skip[bytes[at++]] ?? whole)();
      }
    } else if (id === 10) {
      for (let n = whole(); n > 0; n--) {
        const size = whole();
        bodies.push(bytes.subarray(at, at + size));
        at += size;
      }
    } else if (id === 0 && text() === 'name') {
      while (at < end) {
        const kind = bytes[at++];
        const next = whole() + at;
        for (let n = kind === 1 ? whole() : 0; n > 0; n--) names.set(whole(), text());
        at = next;
      }
    }
    at = end;
  }
  return { sections, imported, bodies, names };
};
