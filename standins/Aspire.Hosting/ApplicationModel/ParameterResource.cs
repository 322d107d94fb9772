namespace Aspire.Hosting.ApplicationModel;

public class ParameterResource : Resource, IValueProvider
{
    private readonly Func<string> _value;

    internal ParameterResource(string name, Func<string> value, bool secret)
        : base(name)
    {
        _value = value;
        Secret = secret;
    }

    public bool Secret { get; }

    public ValueTask<string?> GetValueAsync(CancellationToken cancellationToken = default) => new(_value());
}
