import { TriangleAlert } from 'lucide-react';
import type { WritePreview } from '#contract';
import './dangling-note.css';

/** Warns of references that lead nowhere: nothing refuses them, so nothing else tells of them. */
export function DanglingNote({
  previews,
}: {
  readonly previews: readonly Pick<WritePreview, 'target' | 'danglingReferences'>[];
}) {
  const lines = danglingLines(previews);
  if (lines.length === 0) return null;
  return (
    <ul className="dangling-note" role="status" aria-label="References that lead nowhere">
      {lines.map((line) => (
        <li key={line}>
          <TriangleAlert size={14} aria-hidden />
          {line}
        </li>
      ))}
    </ul>
  );
}

/** `films.maker of 2 documents leads nowhere: makers has no such documents.` */
export function danglingLines(
  previews: readonly Pick<WritePreview, 'target' | 'danglingReferences'>[],
): readonly string[] {
  const counts = new Map<string, number>();
  for (const { target: written, danglingReferences = [] } of previews) {
    for (const { field, target, documentCount } of danglingReferences) {
      const key = `${written}.${field} ${target}`;
      counts.set(key, (counts.get(key) ?? 0) + documentCount);
    }
  }
  return [...counts].map(([key, count]) => {
    const [path = '', target = ''] = key.split(' ');
    const documents = count === 1 ? '1 document' : `${count.toLocaleString('en-US')} documents`;
    return `${path} of ${documents} leads nowhere: ${target} has no document of that id.`;
  });
}
