// Called by the loader of the playground; shows the error card if the playground does not start.

export default function start() {
  return {
    onFailure(error) {
      document.getElementById("app").hidden = true;
      document.getElementById("failure").hidden = false;
      document.getElementById("failure-reason").textContent =
        typeof WebAssembly === "object"
          ? "The playground could not be loaded. The network may be down, or WebAssembly may be blocked here."
          : "This browser has no WebAssembly, or it is blocked. A current Firefox, Chrome, Edge or Safari has it.";
      document.getElementById("failure-details").textContent = String(error);
    },
  };
}
