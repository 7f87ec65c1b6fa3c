// Shows the fields that the chosen edit takes; without this script all are shown.
const verb = document.getElementById("verb");

function fit() {
  const takes = verb.selectedOptions[0].dataset.takes.split(" ");
  for (const field of document.querySelectorAll("[data-fact]")) {
    field.hidden = !takes.includes(field.dataset.fact);
  }
}

if (verb) {
  verb.addEventListener("change", fit);
  addEventListener("pageshow", fit);
  fit();
}
