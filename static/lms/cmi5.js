// The adapter of launch.js, which describes it, to cmi5: the results are statements in the learning system's
// xAPI. No verb comes twice in a session, and "completed" and "passed" not twice in a registration.

const lms = (() => {
  const VERBS = 'http://adlnet.gov/expapi/verbs/';
  const CMI5 = 'https://w3id.org/xapi/cmi5/context/';
  // How long a request may take.
  const PATIENCE = 15_000;
  const began = performance.now();
  const query = new URLSearchParams(location.search);
  const [endpoint, tokenAddress, registration, activityId] = ['endpoint', 'fetch', 'registration', 'activityId'].map((name) => query.get(name));
  let actor;
  let token;
  let launch = {};
  // The verbs of this session, and those of earlier ones that must not come again.
  const used = new Set();
  const before = new Set();
  let unsent = [];
  let isSending = false;

  const isObject = (value) => typeof value === 'object' && value !== null && !Array.isArray(value);
  const object = (value) => (isObject(value) ? value : {});
  function parse(text) {
    try {
      return object(JSON.parse(text));
    } catch {
      return {};
    }
  }

  // --- Requests ---------------------------------------------------------------------------------
  // They outlive the page, which may be left at any time.
  function ask(method, path, parameters = {}, body) {
    const headers = { Authorization: `Basic ${token}`, 'X-Experience-API-Version': '1.0.3' };
    if (body !== undefined) headers['Content-Type'] = 'application/json';
    const search = new URLSearchParams(parameters);
    const address = `${endpoint.replace(/\/*$/, '/')}${path}${[...search].length ? `?${search}` : ''}`;
    return fetch(address, { method, headers, body, keepalive: true, signal: AbortSignal.timeout(PATIENCE) });
  }
  const agent = () => JSON.stringify(actor);
  const state = (stateId) => ({ stateId, activityId, agent: agent(), registration });
  async function read(path, parameters) {
    const response = await ask('GET', path, parameters).catch(() => undefined);
    return response?.ok ? parse(await response.text().catch(() => '')) : {};
  }

  // --- Statements -------------------------------------------------------------------------------
  // Also where the learning system's page is not secure, and so has no randomUUID().
  function uuid() {
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    bytes[6] = (bytes[6] & 0x0f) | 0x40;
    bytes[8] = (bytes[8] & 0x3f) | 0x80;
    const digits = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
    return digits.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
  }
  // What the learning system's template has is never replaced.
  function context(isJudgement, isByScore) {
    const template = object(launch.contextTemplate);
    const activities = object(template.contextActivities);
    const category = ['cmi5', ...(isJudgement ? ['moveon'] : [])].map((name) => ({ id: `${CMI5}categories/${name}` }));
    const given = [activities.category ?? []].flat();
    const added = category.filter(({ id }) => !given.some((it) => it?.id === id));
    const mastery = isByScore && launch.masteryScore !== undefined ? { [`${CMI5}extensions/masteryscore`]: launch.masteryScore } : {};
    return {
      registration,
      ...template,
      contextActivities: { ...activities, category: [...given, ...added] },
      extensions: { ...mastery, ...object(template.extensions) },
    };
  }
  function statement(verb, result) {
    const isJudgement = /^(completed|passed|failed)$/.test(verb);
    const duration = `PT${((performance.now() - began) / 1_000).toFixed(2)}S`;
    return {
      id: uuid(),
      timestamp: new Date().toISOString(),
      actor,
      verb: { id: VERBS + verb, display: { en: verb } },
      object: { objectType: 'Activity', id: activityId },
      ...(verb === 'initialized' ? {} : { result: { ...result, duration } }),
      context: context(isJudgement, isJudgement && verb !== 'completed'),
    };
  }
  function add(verb, result) {
    if (used.has(verb)) return;
    used.add(verb);
    unsent.push(statement(verb, result));
  }
  // Sends what is unsent, in its order. What has failed on its way is sent with the next result.
  async function send(isLast) {
    if (!unsent.length || (isSending && !isLast)) return true;
    isSending = true;
    const batch = unsent;
    unsent = [];
    const body = JSON.stringify(batch.length > 1 ? batch : batch[0]);
    const response = await ask('POST', 'statements', {}, body).catch(() => undefined);
    isSending = false;
    if (!response || response.status >= 500) {
      unsent = [...batch, ...unsent];
      return false;
    }
    return response.ok && send(isLast);
  }
  function judge({ score, isComplete, isPassed }, isLast) {
    if (launch.launchMode !== undefined && launch.launchMode !== 'Normal') return;
    if (isComplete && !before.has('completed')) add('completed', { completion: true });
    if (score === undefined || before.has('passed') || used.has('passed')) return;
    const scored = { score: { scaled: score } };
    // One verdict a session: "passed" once all is done, and what can still change at its end only.
    if (isPassed && (isComplete || isLast)) add('passed', { ...scored, success: true });
    else if (!isPassed && isComplete && isLast) add('failed', { ...scored, success: false });
  }
  async function write(result, isLast) {
    judge(result, isLast);
    if (isLast) add('terminated', {});
    const verbs = ['completed', 'passed'].filter((verb) => before.has(verb) || used.has(verb));
    const kept = ask('PUT', 'activities/state', state('fusebox'), JSON.stringify({ saved: result.saved, verbs })).catch(() => undefined);
    const [isSent, response] = await Promise.all([send(isLast), kept]);
    return isSent && response?.ok === true;
  }

  // --- The session ------------------------------------------------------------------------------
  return {
    async open() {
      actor = parse(query.get('actor'));
      const isWeb = (address) => /^https?:/.test(address);
      if (!isWeb(endpoint) || !isWeb(tokenAddress) || !registration || !activityId || !actor.account) return undefined;
      // The address gives the token once only.
      const answer = await fetch(tokenAddress, { method: 'POST', signal: AbortSignal.timeout(PATIENCE) }).then((response) => response.text(), () => '');
      token = parse(answer)['auth-token'];
      if (typeof token !== 'string') throw new Error('The learning system has ended this session. Open it from there again to have results recorded.');
      const [data, kept] = await Promise.all([
        read('activities/state', state('LMS.LaunchData')),
        read('activities/state', state('fusebox')),
        // cmi5 wants them to be read; nothing in them concerns Fusebox.
        read('agents/profile', { profileId: 'cmi5LearnerPreferences', agent: agent() }),
      ]);
      if (!isObject(data.contextTemplate)) throw new Error('The learning system has not said how to record results, so none is recorded.');
      launch = data;
      for (const verb of ['completed', 'passed']) if ([kept.verbs ?? []].flat().includes(verb)) before.add(verb);
      add('initialized');
      const mastery = typeof launch.masteryScore === 'number' ? launch.masteryScore : undefined;
      return { saved: kept.saved, mastery, leave: launch.returnURL };
    },
    report: (result) => write(result, false),
    close: (result) => write(result, true),
  };
})();
