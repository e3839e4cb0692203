// A shared desk does not show customers to whoever passes by: it locks itself, in every tab, when nobody has touched it.
const form = document.querySelector("form[data-lock]");
const TOUCHED = "desk:touched";
const LOCKED = "desk:locked";

if (form) {
  const idle = Number(form.dataset.idle) * 1000;
  const touch = () => localStorage.setItem(TOUCHED, Date.now());
  let next = 0;
  // Once a second is often enough to say that somebody is here.
  const seen = () => { if (Date.now() > next) { next = Date.now() + 1000; touch(); } };

  form.addEventListener("submit", () => localStorage.setItem(LOCKED, Date.now()));
  window.addEventListener("storage", (event) => { if (event.key === LOCKED) location.reload(); });
  if (idle) {
    touch();
    for (const kind of ["keydown", "pointerdown", "pointermove", "wheel"]) document.addEventListener(kind, seen, { passive: true });
    setInterval(() => { if (Date.now() - Number(localStorage.getItem(TOUCHED)) >= idle) form.requestSubmit(); }, 5000);
  }
}
