// The adapter of launch.js, which describes it, to SCORM 1.2.

const lms = (() => {
  const began = performance.now();
  let api;

  // The API is in a window around this one, or in the window that opened one of those. What is of another
  // site cannot be looked at.
  function find() {
    const isApi = (it) => it && typeof it.LMSInitialize === 'function';
    const opener = (it) => it.opener && it.opener !== it && it.opener;
    for (const first of [window, opener(window), opener(window.top)]) {
      for (let n = 0, it = first; it && n < 20; n++, it = it.parent === it ? undefined : it.parent) {
        try {
          if (isApi(it.API)) return it.API;
        } catch {
          // The next one may be of this site again.
        }
      }
    }
    return undefined;
  }
  // An API that fails is no reason for the page to fail.
  function call(name, ...texts) {
    try {
      return String(api[name](...texts) ?? '');
    } catch {
      return '';
    }
  }
  const get = (key) => call('LMSGetValue', key);
  const set = (key, value) => call('LMSSetValue', key, String(value));

  // Hours, minutes and seconds.
  function time() {
    const seconds = (performance.now() - began) / 1_000;
    const two = (value, digits = 0) => value.toFixed(digits).padStart(digits ? 3 + digits : 2, '0');
    const hours = Math.min(9_999, Math.floor(seconds / 3_600));
    // Rounded down, so that there never are 60 seconds.
    return `${String(hours).padStart(4, '0')}:${two(Math.floor((seconds / 60) % 60))}:${two(Math.floor((seconds % 60) * 100) / 100, 2)}`;
  }

  let status;
  let isForCredit;
  function write({ score, isComplete, isPassed, saved }) {
    set('cmi.suspend_data', saved);
    set('cmi.core.session_time', time());
    if (!isForCredit) return;
    if (score !== undefined) {
      set('cmi.core.score.min', 0);
      set('cmi.core.score.max', 100);
      set('cmi.core.score.raw', Math.round(score * 10_000) / 100);
    }
    // What has been passed stays passed.
    if (status !== 'passed' && !(status === 'completed' && score === undefined)) {
      const verdict = isPassed ? 'passed' : 'failed';
      status = !isComplete ? 'incomplete' : score === undefined ? 'completed' : verdict;
      set('cmi.core.lesson_status', status);
    }
  }

  return {
    async open() {
      api = find();
      if (!api) return undefined;
      if (call('LMSInitialize', '') !== 'true') throw new Error('The learning system has refused to begin, so no result is recorded.');
      status = get('cmi.core.lesson_status');
      isForCredit = get('cmi.core.lesson_mode') !== 'browse' && get('cmi.core.lesson_mode') !== 'review';
      const mastery = get('cmi.student_data.mastery_score');
      return { saved: get('cmi.suspend_data'), mastery: mastery ? Number(mastery) / 100 : undefined };
    },
    async report(result) {
      write(result);
      return call('LMSCommit', '') === 'true';
    },
    async close(result) {
      write(result);
      // A learning system gives back what was saved only to somebody who has not left for good.
      set('cmi.core.exit', 'suspend');
      call('LMSCommit', '');
      call('LMSFinish', '');
    },
  };
})();
