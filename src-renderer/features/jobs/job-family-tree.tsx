import type { JobFamily } from '#contract';
import { stateMarks, stateWords } from './job-text.ts';

type Member = JobFamily['members'][number];

interface Branch {
  readonly member: Member;
  readonly below: Branch[];
}

/** The jobs above and below a job as a tree of their states; each opens its job. */
export function JobFamilyTree(props: {
  readonly family: JobFamily;
  /** Of the job that is shown. */
  readonly id: string;
  readonly onOpen: (id: string) => void;
}) {
  const { family, id, onOpen } = props;
  const top = branchesOf(family.members);
  return (
    <section aria-label="Family">
      <h4>{family.members[0]?.id === id ? 'Children' : 'Parent and children'}</h4>
      <Branches branches={top} id={id} onOpen={onOpen} />
    </section>
  );
}

function Branches(props: {
  readonly branches: readonly Branch[];
  readonly leftCount?: number;
  readonly id: string;
  readonly onOpen: (id: string) => void;
}) {
  const { branches, leftCount = 0, id, onOpen } = props;
  return (
    <ul className="jobs-family">
      {branches.map(({ member, below }) => (
        <li key={member.id}>
          <button
            type="button"
            className="jobs-member mono"
            aria-current={member.id === id}
            title={member.id}
            onClick={() => onOpen(member.id)}
          >
            <span className={`jobs-state jobs-state-${member.state}`} aria-hidden>
              {stateMarks[member.state]}
            </span>
            <bdi>{member.type}</bdi>
            <span className="jobs-quiet">{stateWords[member.state]}</span>
          </button>
          {(below.length > 0 || member.leftCount > 0) && (
            <Branches branches={below} leftCount={member.leftCount} id={id} onOpen={onOpen} />
          )}
        </li>
      ))}
      {leftCount > 0 && (
        <li className="jobs-quiet">{`${leftCount.toLocaleString('en-US')} more, or deleted`}</li>
      )}
    </ul>
  );
}

/** Members stand behind their parents, with how deep they are. */
function branchesOf(members: readonly Member[]): readonly Branch[] {
  const top: Branch[] = [];
  const path: Branch[] = [];
  for (const member of members) {
    const branch: Branch = { member, below: [] };
    path.length = member.depth;
    (path.at(-1)?.below ?? top).push(branch);
    path.push(branch);
  }
  return top;
}
