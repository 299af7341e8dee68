/** One cell of the table as text. */
import { shortModelName } from '../../core/model-id.ts';
import { visibleControls } from '../../core/display/visible-controls.ts';
import type { ShownColumnOfTable, TableCell, TableRow } from '../../protocol/golden-table.ts';
import { dateTimeText } from '../controls/date-time.ts';
import { Icon } from '../controls/icon.tsx';

interface TableCellProps {
  readonly column: ShownColumnOfTable;
  readonly cell: TableCell | undefined;
  readonly row: TableRow;
}

export function TableCellContent({ column: { kind }, cell, row }: TableCellProps) {
  if (cell === undefined) return null;
  const text = visibleControls(cell.text) + (cell.isCut ? '…' : '');
  if (kind === 'case')
    return (
      <>
        <span class="case-name">{text}</span>
        {row.problem !== null && (
          <div class="notice" title={visibleControls(row.problem)}>
            <Icon name="error" /> cannot run: {visibleControls(row.problem)}
          </div>
        )}
      </>
    );
  if (kind === 'status') return <span class={text === 'active' ? 'quiet' : 'tag'}>{text}</span>;
  if (kind === 'output') return <Output row={row} text={text} />;
  return (
    <>
      {cell.isLiteral && (
        <span class="tag plain" title="This text stands for itself: it is not read as a file or a template">
          literal
        </span>
      )}
      <span class={cell.isData ? 'data' : undefined}>{text}</span>
    </>
  );
}

function Output({ row: { output }, text }: { readonly row: TableRow; readonly text: string }) {
  if (output === null) return <span class="quiet">not run</span>;
  return (
    <>
      <span class={`badge ${output.verdict}`}>
        <Icon name={output.verdict} /> {output.verdict}
      </span>{' '}
      <span class="quiet" title={`${output.model}, ${dateTimeText(output.when)}`}>
        {visibleControls(shortModelName(output.model))} ·{' '}
      </span>
      {output.isOlder && (
        <span class="quiet" title={`The prompt was changed since this run of ${dateTimeText(output.when)}`}>
          older version ·{' '}
        </span>
      )}
      {text}
    </>
  );
}
