// The upload box says which file was chosen or dropped; the input itself lies over it, unseen.
for (const box of document.querySelectorAll("[data-upload]")) {
  const input = box.querySelector("input[type=file]");
  const name = box.querySelector("[data-upload-name]");
  const untouched = name.textContent;
  const over = (is) => box.toggleAttribute("data-over", is);
  input.addEventListener("change", () => { name.textContent = input.files[0]?.name ?? untouched; });
  input.addEventListener("dragenter", () => over(true));
  for (const end of ["dragleave", "drop"]) input.addEventListener(end, () => over(false));
}
