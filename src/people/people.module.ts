import { Module } from '@nestjs/common';
import { AuthModule } from '../auth/auth.module.js';
import { FailedSignIns } from './failed-sign-ins.js';
import { Invitations } from './invitations.service.js';
import { InvitePeople } from './invite-people.js';
import { OpenIdConnectController } from './open-id-connect.controller.js';
import { OpenIdConnect } from './open-id-connect.js';
import { PasswordCheck } from './password-check.js';
import { Passwords } from './passwords.js';
import { InvitationsController, PeopleController } from './people.controller.js';
import { People } from './people.service.js';
import { PersonSessions } from './person-sessions.js';
import { PresentSessions } from './present-sessions.js';
import { SecondFactor } from './second-factor.js';
import { SessionController } from './session.controller.js';
import { SignInLinks } from './sign-in-links.js';
import { SignIn } from './sign-in.service.js';
import { SignInThrottle } from './sign-in-throttle.js';
import { SweepSessions } from './sweep-sessions.js';

@Module({
  imports: [AuthModule],
  controllers: [SessionController, OpenIdConnectController, PeopleController, InvitationsController],
  providers: [
    FailedSignIns,
    Invitations,
    InvitePeople,
    OpenIdConnect,
    PasswordCheck,
    Passwords,
    People,
    PersonSessions,
    PresentSessions,
    SecondFactor,
    SignIn,
    SignInLinks,
    SignInThrottle,
    SweepSessions,
  ],
})
export class PeopleModule {}
