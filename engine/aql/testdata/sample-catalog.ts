import type { CatalogShape, FieldDefinition } from '../catalog-shape.ts';
import type { FieldType, ScalarTypeName } from '../field-type.ts';

const scalar = (name: ScalarTypeName): FieldType => ({ kind: 'scalar', name });

const field = (
  name: string,
  type: FieldType,
  marks: Partial<FieldDefinition> = {},
): FieldDefinition => ({ name, type, nullable: true, unique: false, indexed: false, ...marks });

/** A schema with every type, for the tests of the language. */
export const sampleCatalog: CatalogShape = {
  version: 1,
  collections: [
    {
      name: 'users',
      open: false,
      indexes: [],
      fields: [
        field('name', scalar('String'), { nullable: false }),
        field('email', scalar('String'), { unique: true, indexed: true }),
        field('role', scalar('String')),
        field('age', scalar('Int'), { indexed: true }),
        field('balance', scalar('Float'), { default: { kind: 'value', value: 0 } }),
        field('active', scalar('Boolean')),
        field('tags', { kind: 'list', element: scalar('String') }),
        field('address', scalar('Object')),
        field('extra', scalar('Any')),
        field('born', scalar('DateTime')),
        field('team_id', scalar('Uuid'), { indexed: true, references: 'teams' }),
      ],
    },
    { name: 'teams', open: false, indexes: [], fields: [field('title', scalar('String'))] },
  ],
};
