/** Where class-transformer keeps what its decorators say, at the place from which Node loads it. The types of its package stand elsewhere. */
declare module 'class-transformer/cjs/storage.js' {
  import type { TransformationType, TypeMetadata } from 'class-transformer';

  export const defaultMetadataStorage: {
    findTypeMetadata(target: object, propertyName: string): TypeMetadata | undefined;
    findTransformMetadatas(target: object, propertyName: string, type: TransformationType): readonly unknown[];
    getExposedMetadatas(target: object): readonly unknown[];
    getExcludedMetadatas(target: object): readonly unknown[];
    getStrategy(target: object): 'excludeAll' | 'exposeAll' | 'none';
  };
}
