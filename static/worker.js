// The start of a worker: the page tells it where its own script is, and gives it the module that it has
// compiled already. src/worker_pool/in_worker.rs runs from then on.

addEventListener(
  'message',
  async ({ data: [script, module] }) => {
    try {
      const { default: init } = await import(script);
      await init({ module_or_path: module });
    } catch (error) {
      // The page does the work itself, so that it is no error to anybody.
      postMessage(String(error));
    }
  },
  { once: true },
);
