// What every page does: notices for failed requests, questions before destructive acts, no double submits, dialogs and menus.
const login = new URL(document.body.dataset.login, location.href).pathname;

function notice(name) {
  for (const part of document.querySelectorAll("[data-notice]")) part.hidden = part.dataset.notice !== name;
}
document.addEventListener("shop:notice", (event) => notice(event.detail));

function reasonOf(status) {
  return { 403: "refused", 404: "gone", 410: "gone", 429: "busy" }[status] ?? "failed";
}

document.addEventListener("htmx:sendError", () => notice("offline"));
document.addEventListener("htmx:timeout", () => notice("offline"));
document.addEventListener("htmx:responseError", (event) => notice(reasonOf(event.detail.xhr.status)));

// A session that ended answers with the login page; putting that into a fragment would swallow what was typed.
const isExpired = (event) => new URL(event.detail.xhr.responseURL || location.href).pathname.startsWith(login);
document.addEventListener("htmx:beforeSwap", (event) => {
  if (isExpired(event)) event.detail.shouldSwap = false;
});
document.addEventListener("htmx:afterRequest", (event) => {
  if (event.detail.successful) notice(isExpired(event) ? "expired" : "");
});
window.addEventListener("offline", () => notice("offline"));
window.addEventListener("online", () => notice(""));

// The chosen one of a long row of tabs is in sight on a narrow screen too.
for (const tab of document.querySelectorAll(".tabs > [aria-current]")) {
  const over = tab.getBoundingClientRect().right - tab.parentElement.getBoundingClientRect().right;
  if (over > 0) tab.parentElement.scrollLeft += over;
}

// Ask before a form that destroys: <form data-confirm="…" data-confirm-detail="…" data-confirm-act="…">
const dialog = document.getElementById("confirm");

function ask(form, submitter) {
  dialog.querySelector("h2").textContent = form.dataset.confirm;
  dialog.querySelector("[data-detail]").textContent = form.dataset.confirmDetail ?? "";
  dialog.querySelector("[value=yes]").textContent = form.dataset.confirmAct ?? "确定";
  dialog.returnValue = "no";
  dialog.showModal();
  dialog.addEventListener("close", () => {
    if (dialog.returnValue !== "yes") return;
    form.dataset.confirmed = "";
    form.requestSubmit(submitter);
  }, { once: true });
}

// Captured, so that the question comes before htmx or the browser takes the form.
document.addEventListener("submit", (event) => {
  const form = event.target;
  const stop = () => { event.preventDefault(); event.stopImmediatePropagation(); };
  if (form.method === "dialog") return;
  if (form.hasAttribute("data-busy")) return stop();
  if (form.dataset.confirm && !form.hasAttribute("data-confirmed")) { stop(); return ask(form, event.submitter); }
  form.removeAttribute("data-confirmed");
  if (form.method === "post" && !navigator.onLine) { stop(); notice("offline"); }
}, true);

// One press is one act: buttons rest until the answer comes or the page is shown again.
function rest(form, busy) {
  form.toggleAttribute("data-busy", busy);
  for (const button of form.querySelectorAll("button:not([type=button])")) {
    if (busy) button.setAttribute("aria-busy", "true"); else button.removeAttribute("aria-busy");
  }
}
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method === "post" && !event.defaultPrevented) rest(form, true);
});
const formOf = (event) => event.detail.elt.closest?.("form");
document.addEventListener("htmx:beforeRequest", (event) => formOf(event) && rest(formOf(event), true));
document.addEventListener("htmx:afterRequest", (event) => formOf(event) && rest(formOf(event), false));
window.addEventListener("pageshow", () => document.querySelectorAll("form[data-busy]").forEach((form) => rest(form, false)));

// Dialogs open by data-open; a press on the veil closes them. Menus close when one looks elsewhere.
document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-open]");
  if (opener) document.getElementById(opener.dataset.open)?.showModal();
  if (event.target.nodeName === "DIALOG") event.target.close();
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (!menu.contains(event.target) || opener) menu.open = false;
  }
});
document.addEventListener("keydown", (event) => {
  const menu = event.key === "Escape" && document.querySelector("details.menu[open]");
  if (menu) { menu.open = false; menu.querySelector("summary").focus(); }
});

// Copy what stands in another element: <button data-copy="id"> … <span data-copied="已复制">复制</span>.
// On a shop's own network the page comes without TLS, where browsers know only the old way: select and copy.
async function copyText(element) {
  if (navigator.clipboard) return navigator.clipboard.writeText(element.innerText);
  const selection = getSelection();
  selection.selectAllChildren(element);
  const copied = document.execCommand("copy");
  selection.removeAllRanges();
  if (!copied) throw new Error("not copied");
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  const word = button.querySelector("[data-copied]");
  copyText(document.getElementById(button.dataset.copy)).then(
    () => { word.textContent = word.dataset.copied; },
    () => { word.textContent = "请手动选中复制"; },
  );
});
