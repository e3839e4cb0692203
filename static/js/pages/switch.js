// Who takes over: a digit or the arrows choose a person, Enter goes on to the PIN, Enter again comes in.
const form = document.querySelector("[data-switch]");

if (form) {
  const people = [...form.querySelectorAll("[name=who]")];
  const pin = form.elements.pin;
  const chosen = () => people.find((person) => person.checked);

  document.addEventListener("keydown", (event) => {
    if (event.target === pin || event.ctrlKey || event.metaKey || event.altKey) return;
    const person = /^[1-9]$/.test(event.key) && people[event.key - 1];
    if (person) person.checked = true;
    else if (event.key !== "Enter" || !people.includes(event.target)) return;
    else event.target.checked = true;
    event.preventDefault();
    pin.value = "";
    pin.focus();
  });
  form.addEventListener("change", (event) => { if (people.includes(event.target)) pin.value = ""; });
  form.addEventListener("click", (event) => { if (event.detail && event.target.closest(".face")) requestAnimationFrame(() => pin.focus()); });
  if (chosen()) pin.focus(); else people[0]?.focus();
}
