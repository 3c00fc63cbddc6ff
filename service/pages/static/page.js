// Only what a page cannot do without a script: copy its address, print, and show that work is under way.
document.documentElement.classList.add("scripted");
document.addEventListener("click", async (event) => {
  const button = event.target.closest("button");
  if (!button) return;
  if ("print" in button.dataset) window.print();
  if ("copy" in button.dataset) {
    await navigator.clipboard.writeText(location.href.split("#")[0]);
    button.textContent = "Link copied";
  }
});
document.addEventListener("submit", (event) => {
  if (event.submitter && event.target.method === "post") event.submitter.setAttribute("aria-busy", "true");
});
// A refused filter is a page of its own that says why.
document.addEventListener("htmx:responseError", (event) => { location.href = event.detail.pathInfo.finalRequestPath; });
window.addEventListener("pageshow", () => document.querySelectorAll("[aria-busy]").forEach((one) => one.removeAttribute("aria-busy")));
