// The start of a worker: the page sends the address of its own script and the module that it has
// already compiled. After that, src/worker_pool/in_worker.rs runs.

addEventListener(
  'message',
  async ({ data: [script, module] }) => {
    try {
      const { default: init } = await import(script);
      await init({ module_or_path: module });
    } catch (error) {
      // Not an error: the page then does the work itself.
      postMessage(String(error));
    }
  },
  { once: true },
);
