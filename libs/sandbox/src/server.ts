import { mountSimulation, type SimulationOptions } from './kit/mount.js';
import { serve, type Mount, type Server, type ServerOptions } from './kit/server.js';
import { PROVIDERS, type ProviderName, type SimulatedProviders } from './providers.js';

/** Per provider: its switches at start and other credentials than the sandbox's own. */
export type SandboxOptions = ServerOptions & {
  readonly [Name in ProviderName]?: SimulationOptions<SimulatedProviders[Name]>;
};

/** Per provider, what its client takes as its base URL. */
export type Sandbox = Server & { readonly [Name in ProviderName]: { readonly baseUrl: string } };

/** Starts the simulated providers on one port; rejects when the port is taken or the file of orders cannot be read. */
export async function startSandbox(options: SandboxOptions): Promise<Sandbox> {
  const names = Object.keys(PROVIDERS) as ProviderName[];
  const server = await serve(
    options,
    names.map((name) => mountOf(name, options[name])),
  );
  const baseUrls = names.map((name) => [name, { baseUrl: `${server.url}/${name}${PROVIDERS[name].apiPath}` }]);
  return { ...server, ...(Object.fromEntries(baseUrls) as Record<ProviderName, { baseUrl: string }>) };
}

function mountOf<Name extends ProviderName>(name: Name, options: SandboxOptions[Name]): Mount {
  return (app, environment) => mountSimulation<SimulatedProviders[Name]>(app, environment, PROVIDERS[name], options);
}
