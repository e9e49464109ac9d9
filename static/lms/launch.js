// The page of a package that a learning system opens: Fusebox in a frame, whose results it passes on. The
// adapter beside it (scorm12.js or cmi5.js) speaks with the learning system:
//
//   lms.open()          finds the learning system; its promise gives undefined where there is none, or
//                       { saved, mastery, leave }: what was saved last time, and where the learning system
//                       says so, the score to pass and the address to go to at the end; an error says why
//                       it records nothing
//   lms.report(result)  passes on { score, isComplete, isPassed, saved }, with a score from 0 to 1; its
//                       promise tells whether that was taken
//   lms.close(result)   does so for the last time
//
// Of the frame it relies on the channel that static/embed.js describes, and on these events, which say
// nothing unless they are well formed:
//
//   ready                      the page runs
//   change { link }            what the frame shows now; it opens there next time, if that is still the view
//                              of the package
//   goal { id, passed }        a goal of a step or a challenge was judged, and
//   answer { id, passed }      an answer to a question; the best verdict on an id counts
//   progress { done, of, goals }  how much is done, of how much, and how many goals and questions are in it
//                              (all that is done has to be passed too if it does not say)
//
// An event that names a view is ignored if that is not the view of the package.

(() => {
  // The most letters that a learning system has to keep, and what nobody would reach by learning.
  const LONGEST = 4_096;
  const MOST = 1_000;
  const { link: start, mastery: ownMastery } = document.documentElement.dataset;
  const viewOf = (text) => text.split('?')[0] || 'playground';
  const view = viewOf(start);
  // A view without goals is only completed, by being opened.
  const isGraded = ownMastery !== undefined;
  const isCount = (value) => Number.isInteger(value) && value >= 0 && value <= MOST;

  let mastery = Number(ownMastery);
  let link = start;
  let isReady = false;
  let isOver = false;
  let isOpen = false;
  let done = 0;
  let of = 0;
  let goals;
  const judged = new Map();

  // --- The result -------------------------------------------------------------------------------
  // What comes back next time: the link, and what has been passed. A link that is too long is left out.
  function saved() {
    const passed = [...judged].filter(([, isPassed]) => isPassed).map(([id]) => id);
    const state = { done, of, goals, passed, link };
    if (JSON.stringify(state).length > LONGEST) delete state.link;
    while (JSON.stringify(state).length > LONGEST) passed.pop();
    return JSON.stringify(state);
  }
  function restore(text) {
    let state;
    try {
      state = JSON.parse(text);
    } catch {
      return;
    }
    progress(state ?? {});
    change(state ?? {});
    if (Array.isArray(state?.passed)) for (const id of state.passed) judge({ id, passed: true });
  }
  function progress(detail) {
    if (!isCount(detail.done) || !isCount(detail.of) || detail.done > detail.of) return;
    // Nobody loses what has been done by going back.
    done = detail.of === of ? Math.max(done, detail.done) : detail.done;
    of = detail.of;
    goals = isCount(detail.goals) ? detail.goals : undefined;
  }
  function change(detail) {
    if (typeof detail.link === 'string' && detail.link.length <= LONGEST && viewOf(detail.link) === view) ({ link } = detail);
  }
  function judge({ id, passed }) {
    if (typeof id !== 'string' || !id || id.length > 200 || typeof passed !== 'boolean') return;
    if (judged.has(id) || judged.size < MOST) judged.set(id, passed || judged.get(id) === true);
  }
  function score() {
    const passed = [...judged.values()].filter(Boolean).length;
    // Where nothing is judged, it counts how much has been done.
    if (goals === 0) return of ? done / of : undefined;
    const all = goals ?? (of || judged.size);
    return judged.size && all ? Math.min(1, passed / all) : undefined;
  }
  function result() {
    const isComplete = isGraded ? of > 0 && done === of : isReady;
    if (!isGraded) return { isComplete, saved: saved() };
    // What is complete without a single verdict has been failed.
    const exact = score() ?? (isComplete ? 0 : undefined);
    // With as many digits as a learning system has in its score to pass.
    const share = exact === undefined ? undefined : Math.round(exact * 10_000) / 10_000;
    return { isComplete, score: share, isPassed: share >= mastery, saved: saved() };
  }

  // --- The frame --------------------------------------------------------------------------------
  const hearers = {
    ready: () => (isReady = true),
    change,
    goal: judge,
    answer: judge,
    progress,
  };
  function hear({ event, detail } = {}) {
    if (isOver || !Object.hasOwn(hearers, event)) return;
    const facts = typeof detail === 'object' && detail ? detail : {};
    if (facts.view !== undefined && facts.view !== view) return;
    hearers[event](facts);
    report();
  }
  function say(sentence) {
    const status = document.querySelector('[role=status]');
    status.textContent = sentence;
    status.hidden = !sentence;
  }
  // Passes on a result that has changed; a link changes with every action, and comes with the next result.
  let reported;
  async function report() {
    const { saved: _, ...facts } = result();
    const now = JSON.stringify([facts, done, [...judged]]);
    if (!isOpen || now === reported) return;
    reported = now;
    const isTaken = await lms.report(result());
    if (!isOver) say(isTaken ? '' : 'The learning system has not taken the last result.');
  }
  function show() {
    const frame = document.createElement('iframe');
    frame.title = document.title;
    frame.allow = 'clipboard-write; fullscreen';
    // It needs nothing of the learning system's site, so it gets nothing.
    frame.sandbox = 'allow-scripts allow-downloads allow-popups';
    const origin = location.origin === 'null' || location.protocol === 'file:' ? '' : `&origin=${encodeURIComponent(location.origin)}`;
    addEventListener('message', ({ source, data }) => {
      if (source !== frame.contentWindow || data?.fusebox !== 1 || data.type !== 'hello') return;
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = ({ data: message }) => hear(message ?? undefined);
      source.postMessage({ fusebox: 1, type: 'connect' }, '*', [port2]);
    });
    frame.src = `fusebox.html?embed${origin}#${link}`;
    document.body.append(frame);
  }

  // --- The session ------------------------------------------------------------------------------
  async function end() {
    if (isOver) return;
    isOver = true;
    if (isOpen) await lms.close(result());
  }
  function offerLeaving(address) {
    const button = document.querySelector('button');
    button.hidden = false;
    button.onclick = async () => {
      button.disabled = true;
      await end();
      location.href = address;
    };
  }
  async function run() {
    try {
      const found = await lms.open();
      if (!found) say('No learning system was found, so no result is recorded.');
      else {
        if (found.mastery >= 0 && found.mastery <= 1) mastery = found.mastery;
        restore(found.saved);
        isOpen = true;
        if (/^https?:/.test(found.leave)) offerLeaving(found.leave);
      }
    } catch (error) {
      say(error.message);
    }
    show();
    report();
  }
  addEventListener('pagehide', end);
  // A page that the browser had only put aside has ended its session: it begins another.
  addEventListener('pageshow', ({ persisted }) => persisted && location.reload());
  run();
})();
