// Fields: numbers and plates take shape while typing, long notes survive a mishap.
const SHAPES = {
  phone: (text) => {
    const digits = text.replace(/[^\d]/g, "").replace(/^86(?=1\d{10})/, "");
    return /^1\d*$/.test(digits) ? [digits.slice(0, 3), digits.slice(3, 7), digits.slice(7, 11)].filter(Boolean).join(" ") : text;
  },
  plate: (text) => text.replace(/[\s·.\-]/g, "").toUpperCase(),
  vin: (text) => text.replace(/[\s-]/g, "").toUpperCase(),
};

// The caret stays behind the same character, not at the same place.
function shape(input) {
  const make = SHAPES[input.dataset.format];
  const wanted = make?.(input.value.normalize("NFKC")) ?? input.value;
  if (wanted === input.value) return;
  const before = input.value.slice(0, input.selectionStart).replace(/\s/g, "").length;
  input.value = wanted;
  let place = 0;
  for (let seen = 0; place < wanted.length && seen < before; place += 1) if (wanted[place] !== " ") seen += 1;
  input.setSelectionRange(place, place);
}
const isShaped = (element) => element.matches?.("input[data-format]");
document.addEventListener("input", (event) => isShaped(event.target) && !event.isComposing && shape(event.target));
document.addEventListener("compositionend", (event) => isShaped(event.target) && shape(event.target));

// Drafts belong to a person, a page and a field; they are in this tab only and end with the logout. 2 is their shape.
const PREFIX = `draft:2:${document.body.dataset.user}:`;
const SENT = `${PREFIX}sent`;
const nameOf = (area) => `${PREFIX}${location.pathname}:${area.dataset.autosave}`;
const areas = (root) => [...root.querySelectorAll("[data-autosave]")];
const drafts = () => Object.keys(sessionStorage).filter((name) => name.startsWith("draft:"));

// A draft comes back where the field still holds what it held before somebody typed.
function restore(root) {
  for (const area of areas(root)) {
    const { was, now } = JSON.parse(sessionStorage.getItem(nameOf(area)) ?? "{}");
    if (now === undefined) continue;
    if (area.type === "radio") area.checked ||= area.value === now;
    else if (area.value.trim() === was.trim()) area.value = now;
  }
}

document.addEventListener("input", (event) => {
  const area = event.target;
  if (!area.matches?.("[data-autosave]")) return;
  sessionStorage.setItem(nameOf(area), JSON.stringify({ was: area.defaultValue, now: area.value }));
});

// A sent draft is dropped only when the next page proves that it was accepted: not the login page, not the form again.
document.addEventListener("submit", (event) => {
  if (event.target.hasAttribute("data-forget")) drafts().forEach((name) => sessionStorage.removeItem(name));
  else if (areas(event.target).length) sessionStorage.setItem(SENT, JSON.stringify(areas(event.target).map(nameOf)));
});
function settle() {
  const accepted = document.querySelector(".shell") && !document.querySelector("form [aria-invalid=true]");
  if (accepted) for (const name of JSON.parse(sessionStorage.getItem(SENT) ?? "[]")) sessionStorage.removeItem(name);
  if (document.querySelector(".shell")) sessionStorage.removeItem(SENT);
}
// htmx calls a 422 a success too, because it is swapped in; for the draft it is not.
document.addEventListener("htmx:afterRequest", (event) => {
  const { elt, xhr, successful } = event.detail;
  const refused = !successful || xhr.status === 422 || xhr.responseURL.includes(document.body.dataset.login);
  if (refused) sessionStorage.removeItem(SENT);
  else if (elt.closest?.("form")) areas(elt.closest("form")).forEach((area) => sessionStorage.removeItem(nameOf(area)));
});
document.addEventListener("htmx:load", (event) => restore(event.detail.elt));
// Whoever sits down at a desk finds nothing that somebody else has typed.
if (document.body.dataset.user) for (const name of drafts()) if (!name.startsWith(PREFIX)) sessionStorage.removeItem(name);
settle();
restore(document);

// Photos go up as soon as they are chosen; without this there is a button.
for (const form of document.querySelectorAll("[data-photos]")) {
  form.querySelector("[data-send]").hidden = true;
  form.querySelector("input[type=file]").addEventListener("change", (event) => {
    const files = [...event.target.files];
    const isTooMuch = files.reduce((sum, file) => sum + file.size, 0) > Number(form.dataset.photos);
    form.querySelector("[data-too-much]").hidden = !isTooMuch;
    if (files.length && !isTooMuch) form.requestSubmit();
  });
}
