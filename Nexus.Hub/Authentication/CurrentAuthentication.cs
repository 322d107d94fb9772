using Microsoft.Extensions.Options;

namespace Nexus.Hub.Authentication;

/// <summary>The settings that are in force. A change that does not pass validation leaves the last good ones.</summary>
internal sealed class CurrentAuthentication : IDisposable
{
    private readonly IDisposable? _registration;
    private volatile AuthenticationSettings _value;

    public CurrentAuthentication(IOptionsMonitor<AuthenticationOptions> options, ILogger<CurrentAuthentication> logger)
    {
        _value = new(options.CurrentValue);
        if (_value.Options.RemoteVerifierUrl is { Scheme: "http" }) AuthenticationLog.PlainVerifier(logger);
        _registration = options.OnChange(changed =>
        {
            _value = new(changed);
            AuthenticationLog.Reloaded(logger, _value.Secrets.Count);
            Changed?.Invoke();
        });
    }

    /// <summary>After every change, on whatever thread noticed it: do not wait in it.</summary>
    public event Action? Changed;

    public AuthenticationSettings Value => _value;

    public void Dispose() => _registration?.Dispose();
}
