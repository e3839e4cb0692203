// A shared desk shows customers to whoever sits there now, in every tab, and to nobody once it was left alone.
const user = document.body.dataset.user;
const WHO = "desk:user";
const TOUCHED = "desk:touched";

localStorage.setItem(WHO, user);
window.addEventListener("storage", (event) => { if (event.key === WHO && event.newValue !== user) location.reload(); });

const form = document.querySelector("form[data-lock]");
const idle = Number(form?.dataset.idle) * 1000;

if (idle) {
  let next = 0;
  // Once a second is often enough to say that somebody is here.
  const seen = () => {
    if (Date.now() < next) return;
    next = Date.now() + 1000;
    localStorage.setItem(TOUCHED, Date.now());
  };
  seen();
  for (const kind of ["keydown", "pointerdown", "pointermove", "wheel"]) document.addEventListener(kind, seen, { passive: true });
  setInterval(() => { if (Date.now() - Number(localStorage.getItem(TOUCHED)) >= idle) form.requestSubmit(); }, 5000);
}
