import { type DynamicModule, Module } from '@nestjs/common';
import { ConfigModule, ConfigService } from '@nestjs/config';
import type { LoadedSettings } from './load-settings.js';

/** Gives every validated settings class as a DI token of its own, so that nothing else needs to know an environment variable. */
@Module({})
export class SettingsModule {
  static forRoot(loaded: LoadedSettings): DynamicModule {
    const classes = [...loaded.keys()];
    return {
      module: SettingsModule,
      global: true,
      imports: [
        ConfigModule.forRoot({
          ignoreEnvFile: true,
          ignoreEnvVars: true,
          cache: true,
          load: [() => ({ settings: loaded })],
        }),
      ],
      providers: classes.map((settings) => ({
        provide: settings,
        inject: [ConfigService],
        useFactory: (config: ConfigService) => config.getOrThrow<LoadedSettings>('settings').get(settings),
      })),
      exports: classes,
    };
  }
}
