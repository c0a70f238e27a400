// The tables of docs/lambda.md, from the lines of docs/lambda.jsonl.

/** Mean and sample standard deviation in per cent, as '61.2 ± 4.0'. */
function spread(values) {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, deviation: values.length < 2 ? null : Math.sqrt(squares / (values.length - 1)) };
}

const percent = (value) => (100 * value).toFixed(1);

/** A table for each network, best mean first: test accuracy of the main head over the seeds, and the chosen rate. */
export function studyTables(lines) {
  const names = [...new Set(lines.map((line) => line.network))];
  return names
    .map((name) =>
      tableOf(
        name,
        lines.filter((line) => line.network === name && line.part === 'judge'),
      ),
    )
    .join('\n\n');
}

function tableOf(name, lines) {
  const arms = new Map();
  for (const line of lines) {
    const arm = [line.lambda, line.heads, line.combine].join(' ');
    arms.set(arm, [...(arms.get(arm) ?? []), line]);
  }
  const rows = [...arms.values()]
    .map((own) => ({
      ...own[0],
      accuracies: own.map((line) => line.testAccuracy ?? 0),
      ...spread(own.map((line) => line.testAccuracy ?? 0)),
    }))
    .toSorted((a, b) => b.mean - a.mean);
  return [
    `### ${name}`,
    '',
    '| lambda | heads | combined | lr | test accuracy, mean ± deviation | of each seed |',
    '| --- | --- | --- | --- | --- | --- |',
    ...rows.map(
      ({ lambda, heads, combine, lr, mean, deviation, accuracies }) =>
        `| ${lambda.replace(',epoch', '').replace(',', ', ')} | ${heads} | ${heads === 'none' ? '–' : combine} | ${lr} | ${percent(mean)}${deviation === null ? '' : ` ± ${percent(deviation)}`} | ${accuracies.map(percent).join(' ')} |`,
    ),
  ].join('\n');
}
