// Draws the figures of linkshed.charts: each .chart holds one as JSON. Colours follow the theme.
const charts = [...document.querySelectorAll(".chart")];

const probe = document.body.appendChild(document.createElement("i"));
probe.hidden = true;

function colour(name) {
  probe.style.color = `var(${name})`;
  return getComputedStyle(probe).color;
}

function draw(chart) {
  const figure = JSON.parse(chart.querySelector("script").textContent);
  const axis = { gridcolor: colour("--line"), linecolor: colour("--line"), zerolinecolor: colour("--line") };
  const layout = {
    ...figure.layout,
    height: Number(chart.dataset.height),
    paper_bgcolor: "transparent",
    plot_bgcolor: "transparent",
    font: { family: getComputedStyle(document.body).fontFamily, size: 12, color: colour("--ink-2") },
    colorway: ["--data-1", "--data-2", "--data-3", "--data-4", "--data-5", "--data-6"].map(colour),
  };
  for (const name of Object.keys(layout)) {
    if (/^[xy]axis/.test(name)) layout[name] = { ...axis, ...layout[name] };
  }
  Plotly.react(chart.querySelector(".drawing"), figure.data, layout, {
    displayModeBar: false, responsive: true,
  });
}

const drawAll = () => charts.forEach(draw);
drawAll();
document.addEventListener("themechange", drawAll);
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", drawAll);
